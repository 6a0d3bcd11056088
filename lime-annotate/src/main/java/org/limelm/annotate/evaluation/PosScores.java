package org.limelm.annotate.evaluation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.limelm.annotate.annotator.AnnotatorStages;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.models.TrainedAnnotators;
import org.limelm.annotate.treebank.TreebankSentence;
import org.limelm.annotate.treebank.TreebankToken;
import org.limelm.core.metadata.Feature;

/** Scores for parts of speech on gold words, and annotation speed. */
final class PosScores {
    private static final double NANOSECONDS = 1e9;

    private PosScores() {}

    /** Returns the counts of the gold tags that the annotators do not know. */
    static Map<String, Integer> unknownTags(
            List<GoldDocument> documents,
            TrainedAnnotators annotators,
            Function<TreebankToken, String> gold) {
        List<String> known = annotators.tagSets().pos();
        Map<String, Integer> unknown = new TreeMap<>();
        for (GoldDocument document : documents) {
            for (TreebankToken token : document.tokens()) {
                if (!known.contains(gold.apply(token))) {
                    unknown.merge(gold.apply(token), 1, Integer::sum);
                }
            }
        }
        return unknown;
    }

    /** Returns the tags that the whole-text annotator gives. */
    static Confusions full(
            List<GoldDocument> documents,
            TrainedAnnotators annotators,
            Function<TreebankToken, String> gold) {
        Feature feature = annotators.schema().feature("pos");
        AnnotatorStages stages = annotators.newStages();
        Confusions tags = new Confusions();
        for (GoldDocument document : documents) {
            stages.startDocument();
            for (TreebankSentence sentence : document.sentences()) {
                int[][] ids = stages.tag(sentence.forms());
                for (int i = 0; i < ids.length; i++) {
                    tags.add(gold.apply(sentence.tokens().get(i)), feature.tag(ids[i][0]));
                }
            }
        }
        return tags;
    }

    /** Returns the tags that the causal annotator gives, with one piece per word. */
    static Confusions causal(
            List<GoldDocument> documents,
            TrainedAnnotators annotators,
            Function<TreebankToken, String> gold) {
        Feature feature = annotators.schema().feature("pos");
        IncrementalAnnotator causal = annotators.newCausalAnnotator();
        Confusions tags = new Confusions();
        for (GoldDocument document : documents) {
            causal.reset();
            List<TreebankToken> tokens = document.tokens();
            for (int i = 0; i < tokens.size(); i++) {
                byte[] piece = document.pieces().get(i).getBytes(StandardCharsets.UTF_8);
                tags.add(gold.apply(tokens.get(i)), feature.tag(causal.push(piece)[0]));
            }
        }
        return tags;
    }

    /** Returns how many gold words per second one thread annotates from raw text. */
    static double fullSpeed(List<GoldDocument> documents, TrainedAnnotators annotators) {
        LinguisticAnnotator annotator = annotators.newLinguisticAnnotator();
        long start = System.nanoTime();
        documents.forEach(document -> annotator.annotate(document.text()));
        return wordsPerSecond(documents, start);
    }

    /** Returns how many words per second one thread tags causally, with one piece per word. */
    static double causalSpeed(List<GoldDocument> documents, TrainedAnnotators annotators) {
        IncrementalAnnotator annotator = annotators.newCausalAnnotator();
        long start = System.nanoTime();
        for (GoldDocument document : documents) {
            annotator.reset();
            document.pieces()
                    .forEach(piece -> annotator.push(piece.getBytes(StandardCharsets.UTF_8)));
        }
        return wordsPerSecond(documents, start);
    }

    private static double wordsPerSecond(List<GoldDocument> documents, long start) {
        double seconds = (System.nanoTime() - start) / NANOSECONDS;
        long words = documents.stream().mapToLong(document -> document.pieces().size()).sum();
        return words / Math.max(seconds, 1 / NANOSECONDS);
    }
}
