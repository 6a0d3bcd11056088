package org.limelm.annotate.opennlp;

import java.util.Set;
import java.util.TreeSet;
import opennlp.tools.namefind.TokenNameFinderModel;
import opennlp.tools.postag.POSModel;
import opennlp.tools.sentdetect.SentenceModel;
import opennlp.tools.tokenize.TokenizerModel;

/**
 * The models of the {@code full} annotator; immutable, shared by all threads.
 *
 * @param sentences sentence boundaries
 * @param tokens boundaries inside runs without whitespace
 * @param pos parts of speech, of one tag set
 * @param entities named entities
 */
public record OpenNlpModels(
        SentenceModel sentences,
        TokenizerModel tokens,
        POSModel pos,
        TokenNameFinderModel entities) {
    /** Returns the part-of-speech tags that the model knows. */
    public Set<String> posTags() {
        return Set.of(pos.getPosSequenceModel().getOutcomes());
    }

    /** Returns the entity types that the model knows: {@code ORG} of {@code ORG-start} … */
    public Set<String> entityTypes() {
        Set<String> types = new TreeSet<>();
        for (String outcome : entities.getNameFinderSequenceModel().getOutcomes()) {
            int dash = outcome.lastIndexOf('-');
            if (dash > 0) { // the outcome outside entities has none
                types.add(outcome.substring(0, dash));
            }
        }
        return types;
    }
}
