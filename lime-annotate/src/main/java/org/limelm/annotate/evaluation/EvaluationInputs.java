package org.limelm.annotate.evaluation;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.limelm.core.ConfigException;

/**
 * Gold files that annotators are measured on, plain or gzipped. They should not have been trained
 * on.
 *
 * @param pos CoNLL-U files for parts of speech and speed
 * @param tokens CoNLL-U files for token boundaries
 * @param sentences CoNLL-U files for ends of sentences
 * @param ner BIO files for entities
 * @param types new names of entity types, of gold files and models alike: {@code PERSON=PER} lets
 *     the two meet; a type renamed to {@code O} is left out
 */
public record EvaluationInputs(
        List<Path> pos,
        List<Path> tokens,
        List<Path> sentences,
        List<Path> ner,
        Map<String, String> types) {
    /**
     * Checks that there is something to measure.
     *
     * @throws ConfigException if there is no file at all
     */
    public EvaluationInputs {
        pos = List.copyOf(pos);
        tokens = List.copyOf(tokens);
        sentences = List.copyOf(sentences);
        ner = List.copyOf(ner);
        types = Map.copyOf(types);
        if (pos.isEmpty() && tokens.isEmpty() && sentences.isEmpty() && ner.isEmpty()) {
            throw new ConfigException(
                    "[annotator eval] no gold file. Hint: --pos, --tokens, --sentences or --ner FILE");
        }
    }

    /** Measures with the types as they are named. */
    public EvaluationInputs(
            List<Path> pos, List<Path> tokens, List<Path> sentences, List<Path> ner) {
        this(pos, tokens, sentences, ner, Map.of());
    }
}
