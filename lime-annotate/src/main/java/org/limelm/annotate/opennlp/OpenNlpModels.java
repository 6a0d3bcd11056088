package org.limelm.annotate.opennlp;

import java.util.Optional;
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
 * @param pos parts of speech, of one tag set, if these are tagged
 * @param entities named entities, if these are tagged
 */
public record OpenNlpModels(
        SentenceModel sentences,
        TokenizerModel tokens,
        Optional<POSModel> pos,
        Optional<TokenNameFinderModel> entities) {
    /** Returns the part-of-speech tags that the model knows. */
    public Set<String> posTags() {
        return pos.map(model -> Set.of(model.getPosSequenceModel().getOutcomes())).orElse(Set.of());
    }

    /** Returns the entity types that the model knows: {@code ORG} of {@code ORG-start} … */
    public Set<String> entityTypes() {
        return entities.map(model -> types(model.getNameFinderSequenceModel().getOutcomes()))
                .orElse(Set.of());
    }

    private static Set<String> types(String[] outcomes) {
        Set<String> types = new TreeSet<>();
        for (String outcome : outcomes) {
            int dash = outcome.lastIndexOf('-');
            if (dash > 0) { // the outcome outside entities has none
                types.add(outcome.substring(0, dash));
            }
        }
        return types;
    }
}
