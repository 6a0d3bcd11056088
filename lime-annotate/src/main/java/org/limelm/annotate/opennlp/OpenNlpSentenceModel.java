package org.limelm.annotate.opennlp;

import java.util.Arrays;
import opennlp.tools.sentdetect.SentenceDetectorME;
import opennlp.tools.sentdetect.SentenceModel;
import opennlp.tools.util.Span;
import org.limelm.annotate.full.SentenceDetector;
import org.limelm.annotate.full.SentenceDetectorModel;

/**
 * A model of OpenNLP's detector of sentences.
 *
 * @param model the model
 */
public record OpenNlpSentenceModel(SentenceModel model) implements SentenceDetectorModel {
    @Override
    public SentenceDetector newDetector() {
        SentenceDetectorME detector = new SentenceDetectorME(model);
        return paragraph ->
                Arrays.stream(detector.sentPosDetect(paragraph)).map(Span::getStart).toList();
    }
}
