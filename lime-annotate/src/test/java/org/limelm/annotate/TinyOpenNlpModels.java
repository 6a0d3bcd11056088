package org.limelm.annotate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import opennlp.tools.namefind.BilouCodec;
import opennlp.tools.namefind.NameFinderME;
import opennlp.tools.namefind.NameSample;
import opennlp.tools.namefind.TokenNameFinderFactory;
import opennlp.tools.postag.POSSample;
import opennlp.tools.postag.POSTaggerFactory;
import opennlp.tools.postag.POSTaggerME;
import opennlp.tools.sentdetect.SentenceDetectorFactory;
import opennlp.tools.sentdetect.SentenceDetectorME;
import opennlp.tools.sentdetect.SentenceSample;
import opennlp.tools.tokenize.TokenSample;
import opennlp.tools.tokenize.TokenizerFactory;
import opennlp.tools.tokenize.TokenizerME;
import opennlp.tools.util.ObjectStreamUtils;
import opennlp.tools.util.Span;
import opennlp.tools.util.TrainingParameters;
import opennlp.tools.util.model.BaseModel;

/** Models of OpenNLP's tools, trained within a second on one sentence. */
public final class TinyOpenNlpModels {
    private static final String[] WORDS = {"Anna", "saw", "Old", "Berlin", "."};

    private TinyOpenNlpModels() {}

    /** Returns a model of OpenNLP's tool. */
    public static byte[] pos() throws IOException {
        POSSample sample = new POSSample(WORDS, new String[] {"QA", "QB", "QC", "QA", "QD"});
        return bytes(
                POSTaggerME.train(
                        "eng",
                        ObjectStreamUtils.createObjectStream(repeated(sample)),
                        parameters(),
                        new POSTaggerFactory()));
    }

    /** Returns a model of OpenNLP's tool. */
    public static byte[] entity() throws IOException {
        Span[] names = {new Span(0, 1, "SOUL"), new Span(2, 4, "TOWN")};
        return bytes(
                NameFinderME.train(
                        "eng",
                        null,
                        ObjectStreamUtils.createObjectStream(
                                repeated(new NameSample(WORDS, names, true))),
                        parameters(),
                        new TokenNameFinderFactory(null, Map.of(), new BilouCodec())));
    }

    /** Returns a model of OpenNLP's tool. */
    public static byte[] sentence() throws IOException {
        SentenceSample sample =
                new SentenceSample(
                        "Anna saw Dr. Ben. Old Ben ran.", new Span(0, 17), new Span(18, 30));
        return bytes(
                SentenceDetectorME.train(
                        "eng",
                        ObjectStreamUtils.createObjectStream(repeated(sample)),
                        new SentenceDetectorFactory("eng", true, null, null),
                        parameters()));
    }

    /** Returns a model of OpenNLP's tool. */
    public static byte[] token() throws IOException {
        TokenSample sample =
                new TokenSample(
                        "Anna saw Old Berlin.",
                        new Span[] {
                            new Span(0, 4),
                            new Span(5, 8),
                            new Span(9, 12),
                            new Span(13, 19),
                            new Span(19, 20)
                        });
        return bytes(
                TokenizerME.train(
                        ObjectStreamUtils.createObjectStream(repeated(sample)),
                        new TokenizerFactory("eng", null, false, null),
                        parameters()));
    }

    private static <T> List<T> repeated(T sample) {
        return new ArrayList<>(Collections.nCopies(20, sample));
    }

    private static TrainingParameters parameters() {
        TrainingParameters parameters = new TrainingParameters();
        parameters.put(TrainingParameters.ALGORITHM_PARAM, "PERCEPTRON");
        parameters.put(TrainingParameters.ITERATIONS_PARAM, 30);
        parameters.put(TrainingParameters.CUTOFF_PARAM, 0);
        return parameters;
    }

    private static byte[] bytes(BaseModel model) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        model.serialize(bytes);
        return bytes.toByteArray();
    }
}
