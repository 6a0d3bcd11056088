package org.limelm.annotate.evaluation;

import java.nio.file.Path;
import java.util.List;
import org.limelm.core.ConfigException;

/**
 * Gold files that annotators are measured on, plain or gzipped. They should not have been trained
 * on.
 *
 * @param pos CoNLL-U files for parts of speech and speed
 * @param tokens CoNLL-U files for token boundaries
 * @param sentences CoNLL-U files for ends of sentences
 * @param ner BIO files for entities
 */
public record EvaluationInputs(
        List<Path> pos, List<Path> tokens, List<Path> sentences, List<Path> ner) {
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
        if (pos.isEmpty() && tokens.isEmpty() && sentences.isEmpty() && ner.isEmpty()) {
            throw new ConfigException(
                    "[annotator eval] no gold file. Hint: --pos, --tokens, --sentences or --ner FILE");
        }
    }
}
