package org.limelm.annotate.evaluation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.EntityTags;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.models.TrainedAnnotators;
import org.limelm.annotate.treebank.EntityFile;
import org.limelm.annotate.treebank.EntitySentence;
import org.limelm.annotate.treebank.Treebank;
import org.limelm.annotate.treebank.TreebankToken;
import org.limelm.core.LimeException;

/** Evaluates annotators of both modes on gold files. */
public final class AnnotatorEvaluation {
    private final TrainedAnnotators xpos;
    private final TrainedAnnotators upos;
    private final TypeNames types;
    private final List<Measurement> measurements = new ArrayList<>();
    private final List<Confusion> confusions = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    private AnnotatorEvaluation(TrainedAnnotators xpos, TrainedAnnotators upos, TypeNames types) {
        this.xpos = xpos;
        this.upos = upos;
        this.types = types;
    }

    /**
     * Runs an evaluation in one thread.
     *
     * @param xpos annotators with fine-grained parts of speech and B- and I- tags, also used for
     *     boundaries, entities and speed
     * @param upos annotators with universal parts of speech
     * @throws IllegalArgumentException if the annotators have other tag sets
     * @throws org.limelm.core.ConfigException if a gold file has entity types that the models do
     *     not know and {@code inputs.types()} does not name
     * @throws LimeException if a gold file cannot be read or is malformed
     */
    public static AnnotatorReport run(
            EvaluationInputs inputs, TrainedAnnotators xpos, TrainedAnnotators upos) {
        if (!xpos.options().equals(AnnotatorOptions.of(PosTagset.XPOS, EntityTags.BIO))
                || !upos.options().equals(AnnotatorOptions.of(PosTagset.UPOS, EntityTags.BIO))) {
            throw new IllegalArgumentException(
                    "Expected annotators with XPOS and with UPOS tags, and B- and I- entity tags");
        }
        AnnotatorEvaluation evaluation =
                new AnnotatorEvaluation(xpos, upos, new TypeNames(inputs.types()));
        inputs.pos().forEach(evaluation::pos);
        inputs.tokens().forEach(evaluation::tokens);
        inputs.sentences().forEach(evaluation::sentences);
        inputs.ner().forEach(evaluation::entities);
        return new AnnotatorReport(
                xpos.id(),
                upos.id(),
                evaluation.measurements,
                evaluation.confusions,
                evaluation.remarks);
    }

    private void pos(Path file) {
        List<GoldDocument> documents = documents(file);
        long words = documents.stream().mapToLong(document -> document.pieces().size()).sum();
        accuracy(file, "XPOS accuracy", words, documents, xpos, TreebankToken::xpos);
        accuracy(file, "UPOS accuracy", words, documents, upos, TreebankToken::upos);
        add(
                file,
                "words/s per thread",
                words,
                Optional.of(PosScores.fullSpeed(documents, xpos)),
                Optional.of(PosScores.causalSpeed(documents, xpos)));
    }

    private void accuracy(
            Path file,
            String measure,
            long words,
            List<GoldDocument> documents,
            TrainedAnnotators annotators,
            Function<TreebankToken, String> gold) {
        Map<String, Integer> unknown = PosScores.unknownTags(documents, annotators, gold);
        int unknownWords = unknown.values().stream().mapToInt(Integer::intValue).sum();
        if (unknownWords > 0) {
            remarks.add(
                    String.format(
                            Locale.ROOT,
                            "[%s] %s: %,d of %,d words have tags that the models do not know and count as wrong: %s",
                            name(file),
                            measure,
                            unknownWords,
                            words,
                            unknown.keySet()));
        }
        if (unknownWords == words) {
            return; // another tag set, or no tags at all
        }
        Confusions full = PosScores.full(documents, annotators, gold);
        Confusions causal = PosScores.causal(documents, annotators, gold);
        add(file, measure, words, Optional.of(full.accuracy()), Optional.of(causal.accuracy()));
        confusions(file, measure, full, causal);
    }

    private void tokens(Path file) {
        spans(file, "token F1", SpanScores.tokens(documents(file), xpos));
    }

    private void sentences(Path file) {
        spans(file, "sentence F1", SpanScores.sentences(documents(file), xpos));
    }

    private void spans(Path file, String measure, Agreement agreement) {
        add(file, measure, agreement.goldCount(), Optional.of(agreement.f1()), Optional.empty());
    }

    private void entities(Path file) {
        List<EntitySentence> sentences = readEntities(file);
        Map<String, Integer> gold = EntityScores.goldTypes(sentences);
        types.requireKnown(name(file), gold, xpos.tagSets().entityTypes());
        EntityScores full = EntityScores.full(sentences, xpos, types);
        EntityScores causal = EntityScores.causal(sentences, xpos, types);
        remarks.addAll(types.remarks(name(file), full.foundTypes(), gold));
        Set<String> types = new TreeSet<>(full.types().keySet());
        types.addAll(causal.types().keySet());
        types.remove(EntityScores.ALL);
        entities(file, EntityScores.ALL, full, causal);
        types.forEach(type -> entities(file, type, full, causal));
        confusions(file, "entity type of words", full.confusions(), causal.confusions());
    }

    private void confusions(Path file, String measure, Confusions full, Confusions causal) {
        confusions.addAll(full.mostFrequent(name(file), measure, "full"));
        confusions.addAll(causal.mostFrequent(name(file), measure, "causal"));
    }

    private void entities(Path file, String type, EntityScores full, EntityScores causal) {
        entity(file, type + " precision", full.type(type), causal.type(type), Agreement::precision);
        entity(file, type + " recall", full.type(type), causal.type(type), Agreement::recall);
        entity(file, type + " F1", full.type(type), causal.type(type), Agreement::f1);
    }

    private void entity(
            Path file,
            String measure,
            Agreement full,
            Agreement causal,
            Function<Agreement, Double> value) {
        add(
                file,
                "entity " + measure,
                full.goldCount(),
                Optional.of(value.apply(full)),
                Optional.of(value.apply(causal)));
    }

    private void add(
            Path file, String measure, long gold, Optional<Double> full, Optional<Double> causal) {
        measurements.add(new Measurement(name(file), measure, gold, full, causal));
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static List<GoldDocument> documents(Path file) {
        return GoldDocument.of(Treebank.read(List.of(file)));
    }

    private static List<EntitySentence> readEntities(Path file) {
        List<EntitySentence> sentences = EntityFile.readAll(List.of(file));
        if (sentences.isEmpty()) {
            throw new LimeException(
                    "[%s] no sentences, expected 'word<TAB>tag' lines".formatted(file));
        }
        return sentences;
    }
}
