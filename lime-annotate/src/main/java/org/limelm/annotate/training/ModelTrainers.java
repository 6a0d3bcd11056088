package org.limelm.annotate.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import opennlp.tools.ml.EventTrainer;
import opennlp.tools.ml.TrainerFactory;
import opennlp.tools.ml.model.AbstractModel;
import opennlp.tools.ml.model.Event;
import opennlp.tools.ml.perceptron.PerceptronTrainer;
import opennlp.tools.namefind.BilouCodec;
import opennlp.tools.namefind.NameFinderME;
import opennlp.tools.namefind.NameSample;
import opennlp.tools.namefind.TokenNameFinderFactory;
import opennlp.tools.namefind.TokenNameFinderModel;
import opennlp.tools.postag.POSModel;
import opennlp.tools.postag.POSSample;
import opennlp.tools.postag.POSTaggerFactory;
import opennlp.tools.postag.POSTaggerME;
import opennlp.tools.sentdetect.SentenceDetectorFactory;
import opennlp.tools.sentdetect.SentenceDetectorME;
import opennlp.tools.sentdetect.SentenceModel;
import opennlp.tools.sentdetect.SentenceSample;
import opennlp.tools.tokenize.TokenSample;
import opennlp.tools.tokenize.TokenizerFactory;
import opennlp.tools.tokenize.TokenizerME;
import opennlp.tools.tokenize.TokenizerModel;
import opennlp.tools.util.ObjectStream;
import opennlp.tools.util.Span;
import opennlp.tools.util.TrainingParameters;
import org.limelm.annotate.treebank.EntitySentence;
import org.limelm.annotate.treebank.TreebankSentence;
import org.limelm.annotate.treebank.TreebankToken;

/** Trains the individual models with OpenNLP's learners. */
final class ModelTrainers {
    private static final String LANGUAGE = "eng";

    private ModelTrainers() {}

    /** Trains the sentence detector on paragraphs of treebank sentences. */
    static SentenceModel sentences(List<TreebankSentence> treebank) throws IOException {
        List<SentenceSample> samples = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        List<Span> spans = new ArrayList<>();
        for (TreebankSentence sentence : treebank) {
            if (sentence.startsParagraph() && !spans.isEmpty()) {
                samples.add(new SentenceSample(text, spans.toArray(Span[]::new)));
                text.setLength(0);
                spans.clear();
            }
            if (!text.isEmpty()) {
                text.append(' ');
            }
            int start = text.length();
            text.append(sentence.text());
            spans.add(new Span(start, text.length()));
        }
        if (!spans.isEmpty()) {
            samples.add(new SentenceSample(text, spans.toArray(Span[]::new)));
        }
        return SentenceDetectorME.train(
                LANGUAGE,
                stream(samples),
                new SentenceDetectorFactory(LANGUAGE, true, null, null),
                maxent(100, 4));
    }

    /** Trains the tokenizer on treebank sentences and the position of whitespace in them. */
    static TokenizerModel tokens(List<TreebankSentence> treebank) throws IOException {
        List<TokenSample> samples = new ArrayList<>();
        for (TreebankSentence sentence : treebank) {
            List<Span> spans = new ArrayList<>();
            int at = 0;
            for (TreebankToken token : sentence.tokens()) {
                spans.add(new Span(at, at + token.form().length()));
                at += token.form().length() + (token.spaceAfter() ? 1 : 0);
            }
            samples.add(new TokenSample(sentence.text(), spans.toArray(Span[]::new)));
        }
        return TokenizerME.train(
                stream(samples), new TokenizerFactory(LANGUAGE, null, false, null), maxent(100, 3));
    }

    /** Trains the whole-sentence part-of-speech tagger. */
    static POSModel pos(List<TreebankSentence> treebank, Function<TreebankToken, String> tag)
            throws IOException {
        List<POSSample> samples = new ArrayList<>();
        for (TreebankSentence sentence : treebank) {
            samples.add(
                    new POSSample(
                            sentence.forms(),
                            sentence.tokens().stream().map(tag).toArray(String[]::new)));
        }
        return POSTaggerME.train(
                LANGUAGE, stream(samples), perceptron(50, 0), new POSTaggerFactory());
    }

    /** Trains the whole-sentence name finder. */
    static TokenNameFinderModel entities(Iterable<EntitySentence> sentences) throws IOException {
        ObjectStream<NameSample> samples =
                new QueueStream<>(
                        sentences::iterator,
                        () -> (sentence, out) -> out.accept(nameSample(sentence)));
        return NameFinderME.train(
                LANGUAGE,
                null,
                samples,
                perceptron(12, 1),
                new TokenNameFinderFactory(null, Map.of(), new BilouCodec()));
    }

    /** Trains a classifier of single events. */
    static AbstractModel classifier(ObjectStream<Event> events, int iterations, int cutoff)
            throws IOException {
        EventTrainer trainer =
                TrainerFactory.getEventTrainer(perceptron(iterations, cutoff), new HashMap<>());
        return (AbstractModel) trainer.train(events);
    }

    /** Returns the spans of a sentence's entities. */
    static NameSample nameSample(EntitySentence sentence) {
        List<Span> names = new ArrayList<>();
        List<String> tags = sentence.tags();
        for (int i = 0; i < tags.size(); ) {
            int start = i++;
            if (tags.get(start).equals("O")) {
                continue;
            }
            String type = tags.get(start).substring(2);
            while (i < tags.size() && tags.get(i).equals("I-" + type)) {
                i++;
            }
            names.add(new Span(start, i, type));
        }
        return new NameSample(
                sentence.words().toArray(String[]::new),
                names.toArray(Span[]::new),
                sentence.startsDocument());
    }

    private static <T> ObjectStream<T> stream(List<T> samples) {
        return new QueueStream<T, T>(samples::iterator, () -> (sample, out) -> out.accept(sample));
    }

    private static TrainingParameters maxent(int iterations, int cutoff) {
        return parameters("MAXENT", iterations, cutoff);
    }

    private static TrainingParameters perceptron(int iterations, int cutoff) {
        return parameters(PerceptronTrainer.PERCEPTRON_VALUE, iterations, cutoff);
    }

    private static TrainingParameters parameters(String algorithm, int iterations, int cutoff) {
        TrainingParameters parameters = new TrainingParameters();
        parameters.put(TrainingParameters.ALGORITHM_PARAM, algorithm);
        parameters.put(TrainingParameters.ITERATIONS_PARAM, iterations);
        parameters.put(TrainingParameters.CUTOFF_PARAM, cutoff);
        return parameters;
    }
}
