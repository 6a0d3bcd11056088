package org.limelm.annotate.opennlp;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import opennlp.tools.namefind.NameFinderME;
import opennlp.tools.namefind.TokenNameFinderModel;
import opennlp.tools.util.Span;
import org.limelm.annotate.full.SentenceTagger;
import org.limelm.annotate.full.SentenceTaggerModel;

/**
 * A model of OpenNLP's name finder.
 *
 * @param model the model
 */
public record OpenNlpEntityModel(TokenNameFinderModel model) implements SentenceTaggerModel {
    private static final String OUTSIDE = "O";

    /** Returns the types of its outcomes: {@code ORG} of {@code ORG-start} … */
    @Override
    public Set<String> tags() {
        Set<String> types = new TreeSet<>();
        for (String outcome : model.getNameFinderSequenceModel().getOutcomes()) {
            int dash = outcome.lastIndexOf('-');
            if (dash > 0) { // the outcome outside entities has none
                types.add(outcome.substring(0, dash));
            }
        }
        return types;
    }

    @Override
    public SentenceTagger newTagger() {
        NameFinderME finder = new NameFinderME(model);
        return new SentenceTagger() {
            @Override
            public void startDocument() {
                finder.clearAdaptiveData();
            }

            @Override
            public String[] tag(String[] words) {
                String[] tags = new String[words.length];
                Arrays.fill(tags, OUTSIDE);
                for (Span name : finder.find(words)) {
                    for (int i = name.getStart(); i < name.getEnd(); i++) {
                        tags[i] = (i == name.getStart() ? "B-" : "I-") + name.getType();
                    }
                }
                return tags;
            }
        };
    }
}
