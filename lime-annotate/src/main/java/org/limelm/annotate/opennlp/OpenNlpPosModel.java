package org.limelm.annotate.opennlp;

import java.util.Set;
import opennlp.tools.postag.POSModel;
import opennlp.tools.postag.POSTagFormat;
import opennlp.tools.postag.POSTaggerME;
import org.limelm.annotate.full.SentenceTagger;
import org.limelm.annotate.full.SentenceTaggerModel;

/**
 * A model of OpenNLP's tagger of parts of speech.
 *
 * @param model the model; its tags are not converted to universal ones
 */
public record OpenNlpPosModel(POSModel model) implements SentenceTaggerModel {
    @Override
    public Set<String> tags() {
        return Set.of(model.getPosSequenceModel().getOutcomes());
    }

    @Override
    public SentenceTagger newTagger() {
        POSTaggerME tagger = new POSTaggerME(model, POSTagFormat.CUSTOM);
        return new SentenceTagger() {
            @Override
            public void startDocument() {}

            @Override
            public String[] tag(String[] words) {
                return tagger.tag(words);
            }
        };
    }
}
