package org.limelm.annotate.evaluation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.EntityTags;
import org.limelm.annotate.models.TrainedAnnotators;
import org.limelm.annotate.treebank.EntityFile;
import org.limelm.annotate.treebank.EntitySentence;
import org.limelm.annotate.treebank.Treebank;
import org.limelm.annotate.treebank.TreebankToken;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.AnnotationMode;

/** Evaluates annotators of both modes on gold files. */
public final class AnnotatorEvaluation {
    private final List<TrainedAnnotators> annotators;
    private final TrainedAnnotators first;
    private final TypeNames types;
    private final List<Measurement> measurements = new ArrayList<>();
    private final List<Confusion> confusions = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    private AnnotatorEvaluation(List<TrainedAnnotators> annotators, TypeNames types) {
        this.annotators = annotators;
        this.first = annotators.get(0);
        this.types = types;
    }

    /**
     * Runs an evaluation in one thread.
     *
     * @param annotators the models with each of their tag sets of parts of speech, at least one;
     *     the first is also used for boundaries, entities (with B- and I- tags) and speed. Without
     *     models of mode {@code causal}, its results are empty
     * @throws IllegalArgumentException if annotators have no parts of speech, or no B- and I- tags
     * @throws ConfigException if a gold file has entities and the models have none, or it has types
     *     that they do not know and {@code inputs.types()} does not name
     * @throws LimeException if a gold file cannot be read or is malformed
     */
    public static AnnotatorReport run(EvaluationInputs inputs, List<TrainedAnnotators> annotators) {
        Map<String, String> ids = new TreeMap<>();
        for (TrainedAnnotators one : annotators) {
            AnnotatorOptions options = one.options();
            if (options.pos().isEmpty() || options.ner().equals(Optional.of(EntityTags.TYPE))) {
                throw new IllegalArgumentException(
                        "Expected parts of speech, and B- and I- tags of entities");
            }
            ids.put(options.pos().orElseThrow().label(), one.id());
        }
        AnnotatorEvaluation evaluation =
                new AnnotatorEvaluation(List.copyOf(annotators), new TypeNames(inputs.types()));
        inputs.pos().forEach(evaluation::pos);
        inputs.tokens().forEach(evaluation::tokens);
        inputs.sentences().forEach(evaluation::sentences);
        inputs.ner().forEach(evaluation::entities);
        return new AnnotatorReport(
                ids, evaluation.measurements, evaluation.confusions, evaluation.remarks);
    }

    private void pos(Path file) {
        List<GoldDocument> documents = documents(file);
        long words = documents.stream().mapToLong(document -> document.pieces().size()).sum();
        for (TrainedAnnotators one : annotators) {
            switch (one.options().pos().orElseThrow()) {
                case XPOS ->
                        accuracy(file, "XPOS accuracy", words, documents, one, TreebankToken::xpos);
                case UPOS ->
                        accuracy(file, "UPOS accuracy", words, documents, one, TreebankToken::upos);
            }
        }
        add(
                file,
                "words/s per thread",
                words,
                Optional.of(PosScores.fullSpeed(documents, first)),
                causal(first, models -> PosScores.causalSpeed(documents, models)));
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
        Optional<Confusions> causal =
                causal(annotators, models -> PosScores.causal(documents, models, gold));
        add(file, measure, words, Optional.of(full.accuracy()), causal.map(Confusions::accuracy));
        confusions(file, measure, full, causal);
    }

    private void tokens(Path file) {
        spans(file, "token F1", SpanScores.tokens(documents(file), first));
    }

    private void sentences(Path file) {
        spans(file, "sentence F1", SpanScores.sentences(documents(file), first));
    }

    private void spans(Path file, String measure, Agreement agreement) {
        add(file, measure, agreement.goldCount(), Optional.of(agreement.f1()), Optional.empty());
    }

    private void entities(Path file) {
        if (first.options().ner().isEmpty()) {
            throw new ConfigException(
                    "[%s] entities, but the models find none. Hint: leave --ner out, or use models with entities"
                            .formatted(file));
        }
        List<EntitySentence> sentences = readEntities(file);
        Map<String, Integer> gold = EntityScores.goldTypes(sentences);
        types.requireKnown(name(file), gold, first.tagSets().entityTypes());
        EntityScores full = EntityScores.full(sentences, first, types);
        Optional<EntityScores> causal =
                causal(first, models -> EntityScores.causal(sentences, models, types));
        remarks.addAll(types.remarks(name(file), full.foundTypes(), gold));
        Set<String> types = new TreeSet<>(full.types().keySet());
        causal.ifPresent(scores -> types.addAll(scores.types().keySet()));
        types.remove(EntityScores.ALL);
        entities(file, EntityScores.ALL, full, causal);
        types.forEach(type -> entities(file, type, full, causal));
        confusions(
                file,
                "entity type of words",
                full.confusions(),
                causal.map(EntityScores::confusions));
    }

    private void confusions(
            Path file, String measure, Confusions full, Optional<Confusions> causal) {
        confusions.addAll(full.mostFrequent(name(file), measure, "full"));
        causal.ifPresent(
                tags -> confusions.addAll(tags.mostFrequent(name(file), measure, "causal")));
    }

    private void entities(
            Path file, String type, EntityScores full, Optional<EntityScores> causalScores) {
        Optional<Agreement> causal = causalScores.map(scores -> scores.type(type));
        entity(file, type + " precision", full.type(type), causal, Agreement::precision);
        entity(file, type + " recall", full.type(type), causal, Agreement::recall);
        entity(file, type + " F1", full.type(type), causal, Agreement::f1);
    }

    private void entity(
            Path file,
            String measure,
            Agreement full,
            Optional<Agreement> causal,
            Function<Agreement, Double> value) {
        add(
                file,
                "entity " + measure,
                full.goldCount(),
                Optional.of(value.apply(full)),
                causal.map(value));
    }

    /** Measures the annotator of mode {@code causal}, if there are models of it. */
    private static <T> Optional<T> causal(
            TrainedAnnotators annotators, Function<TrainedAnnotators, T> measure) {
        return Optional.of(annotators)
                .filter(models -> models.exist(AnnotationMode.CAUSAL))
                .map(measure);
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
