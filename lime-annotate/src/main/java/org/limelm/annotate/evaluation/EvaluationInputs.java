package org.limelm.annotate.evaluation;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.limelm.core.ConfigException;

/**
 * Gold files for the evaluation of annotators, plain or gzipped. They should not be part of the
 * training data.
 *
 * @param pos CoNLL-U files for parts of speech and speed
 * @param tokens CoNLL-U files for token boundaries
 * @param sentences CoNLL-U files for sentence boundaries
 * @param ner BIO files for entities
 * @param types new names of entity types, for gold files and models alike: {@code PERSON=PER} makes
 *     them comparable; a type renamed to {@code O} is ignored
 */
public record EvaluationInputs(
        List<Path> pos,
        List<Path> tokens,
        List<Path> sentences,
        List<Path> ner,
        Map<String, String> types) {
    /**
     * Checks that there is something to evaluate.
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
                    "[annotator eval] no gold file. Hint: specify --pos, --tokens, --sentences or --ner FILE");
        }
    }

    /** Creates inputs without renamed types. */
    public EvaluationInputs(
            List<Path> pos, List<Path> tokens, List<Path> sentences, List<Path> ner) {
        this(pos, tokens, sentences, ner, Map.of());
    }
}
