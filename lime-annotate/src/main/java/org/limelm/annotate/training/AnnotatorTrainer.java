package org.limelm.annotate.training;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import opennlp.tools.ml.model.AbstractModel;
import opennlp.tools.ml.model.GenericModelWriter;
import org.limelm.annotate.internal.words.TagTransitions.Kind;
import org.limelm.annotate.internal.words.WordClusters;
import org.limelm.annotate.models.ModelFile;
import org.limelm.annotate.models.ModelFolder;
import org.limelm.annotate.training.SequencePerceptron.Settings;
import org.limelm.annotate.treebank.EntityFile;
import org.limelm.annotate.treebank.EntitySentence;
import org.limelm.annotate.treebank.Treebank;
import org.limelm.annotate.treebank.TreebankSentence;
import org.limelm.annotate.treebank.TreebankToken;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.Feature;

/**
 * Trains the linguistic models of both annotation modes on gold files and writes them to a folder.
 * The same files give the same bytes.
 */
public final class AnnotatorTrainer {
    private static final Settings SENTENCES = new Settings(Kind.INDEPENDENT, 16, 1, 5);
    private static final Settings TOKENS = new Settings(Kind.INDEPENDENT, 8, 2, 1);
    private static final Settings POS = new Settings(Kind.INDEPENDENT, 12, 2, 3);
    private static final Settings ENTITIES = new Settings(Kind.ENTITIES, 5, 4, 2);
    private static final Settings CAUSAL_BOUNDARIES = new Settings(Kind.INDEPENDENT, 8, 2, 1);
    private static final Settings CAUSAL_POS = new Settings(Kind.INDEPENDENT, 8, 2, 2);
    private static final Settings CAUSAL_ENTITIES = new Settings(Kind.ENTITIES, 6, 3, 2);

    private final TrainerOptions options;
    private final Consumer<String> listener;
    private final ModelFolder folder;

    private AnnotatorTrainer(
            TrainerOptions options, Consumer<String> listener, ModelFolder folder) {
        this.options = options;
        this.listener = listener;
        this.folder = folder;
    }

    /**
     * Trains the requested models, and saves each when it is trained. Other models in the folder
     * are kept.
     *
     * @param listener receives one line per model and iteration
     * @throws LimeException if a gold file is malformed or cannot be read, another process writes
     *     models into the folder, or it has models of another format
     */
    public static void train(TrainerOptions options, Consumer<String> listener) {
        try (ModelFolder folder = ModelFolder.open(options.output(), options.models())) {
            new AnnotatorTrainer(options, listener, folder).run();
        } catch (IOException e) {
            throw new LimeException("[annotator train] " + e.getMessage(), e);
        }
    }

    private void run() throws IOException {
        Set<ModelFile> models = options.models();
        List<TreebankSentence> treebank =
                options.treebanks().isEmpty() ? List.of() : Treebank.read(options.treebanks());
        List<EntitySentence> entities = entities();
        WordClusters clusters = clusters(treebank, entities);
        if (models.stream().anyMatch(ModelFile::isOfTreebanks)) {
            fromTreebanks(models, treebank, clusters);
        }
        if (models.stream().anyMatch(ModelFile::isOfEntities)) {
            fromEntities(models, entities, clusters);
        }
    }

    private List<EntitySentence> entities() {
        List<EntitySentence> entities = EntityFile.readAll(options.entityFiles());
        if (entities.isEmpty() && options.models().stream().anyMatch(ModelFile::isOfEntities)) {
            throw new LimeException(
                    "[annotator train] no sentences in the entity files " + options.entityFiles());
        }
        for (EntitySentence sentence : entities) {
            for (String tag : sentence.tags()) {
                requireTag(
                        ModelFile.ENTITIES,
                        tag.substring(tag.indexOf('-') + 1),
                        String.join(" ", sentence.words()));
            }
        }
        List<EntitySentence> all = new ArrayList<>(entities);
        all.addAll(options.coarseEntities().read(entities));
        return all;
    }

    private void recordEntityFiles() {
        folder.record(options.entityFiles());
        folder.record(options.coarseEntities().files());
    }

    /** Returns newly learned clusters if they are asked for, otherwise those of the folder. */
    private WordClusters clusters(List<TreebankSentence> treebank, List<EntitySentence> entities)
            throws IOException {
        if (options.models().stream()
                .noneMatch(model -> model == ModelFile.WORD_CLUSTERS || model.usesClusters())) {
            return new WordClusters(Map.of());
        }
        Path file = folder.file(ModelFile.WORD_CLUSTERS);
        if (!options.models().contains(ModelFile.WORD_CLUSTERS)) {
            if (!Files.exists(file)) {
                throw new LimeException(
                        "[%s] no such file, which the features of other models are made of. Hint: train %s too, or, for English, add the bundled one with --from-bundled"
                                .formatted(file, ModelFile.WORD_CLUSTERS));
            }
            try (InputStream in = Files.newInputStream(file)) {
                return WordClusters.read(in);
            }
        }
        List<List<String>> sentences = new ArrayList<>();
        treebank.forEach(sentence -> sentences.add(List.of(sentence.forms())));
        entities.forEach(sentence -> sentences.add(sentence.words()));
        WordClusters clusters = ClusterLearner.learn(sentences);
        folder.record(options.treebanks());
        recordEntityFiles();
        save(
                ModelFile.WORD_CLUSTERS,
                "exchange algorithm",
                out -> out.write(clusters.toText().getBytes(StandardCharsets.UTF_8)));
        return clusters;
    }

    private void fromTreebanks(
            Set<ModelFile> models, List<TreebankSentence> treebank, WordClusters clusters)
            throws IOException {
        folder.record(options.treebanks());
        List<List<TreebankSentence>> documents =
                documents(treebank, TreebankSentence::startsDocument);
        PieceCutter cutter =
                new PieceCutter(
                        counts(
                                treebank.stream()
                                        .flatMap(sentence -> sentence.tokens().stream())
                                        .map(TreebankToken::form)
                                        .toList()));
        for (ModelFile model : models) {
            switch (model) {
                case SENTENCES ->
                        learn(
                                model,
                                paragraphs(treebank),
                                () -> BoundaryWalks.sentences(clusters),
                                SENTENCES);
                case TOKENS -> learn(model, documents, BoundaryWalks::tokens, TOKENS);
                case POS_XPOS, POS_UPOS -> {
                    Function<TreebankToken, String> tag = tag(model, treebank);
                    learn(
                            model,
                            treebank.stream().map(List::of).toList(),
                            () -> SentenceWalk.pos(clusters, tag),
                            POS);
                }
                case CAUSAL_BOUNDARIES ->
                        learn(
                                model,
                                documents,
                                () -> CausalWalks.boundaries(clusters, cutter),
                                CAUSAL_BOUNDARIES);
                case CAUSAL_XPOS, CAUSAL_UPOS -> {
                    Function<TreebankToken, String> tag = tag(model, treebank);
                    learn(
                            model,
                            documents,
                            () -> CausalWalks.pos(clusters, cutter, tag),
                            CAUSAL_POS);
                }
                case WORD_CLUSTERS, ENTITIES, CAUSAL_ENTITIES -> {
                    // trained on other files
                }
            }
        }
    }

    private static Function<TreebankToken, String> tag(
            ModelFile model, List<TreebankSentence> treebank) {
        boolean fine = model == ModelFile.POS_XPOS || model == ModelFile.CAUSAL_XPOS;
        Function<TreebankToken, String> tag = fine ? TreebankToken::xpos : TreebankToken::upos;
        requirePosTags(model, treebank, tag);
        return tag;
    }

    private static <S> List<List<S>> documents(List<S> sentences, Predicate<S> startsDocument) {
        List<List<S>> documents = new ArrayList<>();
        for (S sentence : sentences) {
            if (startsDocument.test(sentence) || documents.isEmpty()) {
                documents.add(new ArrayList<>());
            }
            documents.get(documents.size() - 1).add(sentence);
        }
        return documents;
    }

    private static List<List<List<TreebankSentence>>> paragraphs(List<TreebankSentence> treebank) {
        return documents(treebank, TreebankSentence::startsParagraph).stream()
                .map(List::of)
                .toList();
    }

    private <S> void learn(
            ModelFile model,
            List<List<S>> documents,
            Supplier<SequencePerceptron.Walk<S>> walks,
            Settings settings)
            throws IOException {
        listener.accept(model.fileName());
        AbstractModel classifier =
                new SequencePerceptron<>(documents, walks, settings, listener).train();
        save(
                model,
                settings.description()
                        + (model.isOfEntities() ? options.coarseEntities().description() : ""),
                out -> new GenericModelWriter(classifier, new DataOutputStream(out)).persist());
    }

    /**
     * Rejects blank tags and NONE, which is reserved, because a model's tag set is that of its
     * training data.
     */
    private static void requirePosTags(
            ModelFile model, List<TreebankSentence> treebank, Function<TreebankToken, String> tag) {
        for (TreebankSentence sentence : treebank) {
            for (TreebankToken token : sentence.tokens()) {
                requireTag(model, tag.apply(token), sentence.text());
            }
        }
    }

    private static void requireTag(ModelFile model, String tag, String sentence) {
        if (tag.equals(Feature.NONE) || tag.isBlank()) {
            throw new LimeException(
                    "[annotator train] %s: the tag '%s' of a word in '%s' is blank or reserved for words without a tag. Hint: rename the tag in the gold files"
                            .formatted(model.fileName(), tag, sentence));
        }
    }

    private void fromEntities(
            Set<ModelFile> models, List<EntitySentence> sentences, WordClusters clusters)
            throws IOException {
        recordEntityFiles();
        List<List<EntitySentence>> documents = documents(sentences, EntitySentence::startsDocument);
        if (models.contains(ModelFile.ENTITIES)) {
            learn(ModelFile.ENTITIES, documents, () -> SentenceWalk.entities(clusters), ENTITIES);
        }
        if (models.contains(ModelFile.CAUSAL_ENTITIES)) {
            PieceCutter cutter =
                    new PieceCutter(
                            counts(
                                    sentences.stream()
                                            .flatMap(sentence -> sentence.words().stream())
                                            .toList()));
            learn(
                    ModelFile.CAUSAL_ENTITIES,
                    documents,
                    () -> CausalWalks.entities(clusters, cutter),
                    CAUSAL_ENTITIES);
        }
    }

    private static Map<String, Integer> counts(List<String> words) {
        Map<String, Integer> counts = new HashMap<>();
        words.forEach(word -> counts.merge(word, 1, Integer::sum));
        return counts;
    }

    private void save(ModelFile model, String trainedBy, ModelFolder.Content content)
            throws IOException {
        long bytes = folder.save(model, trainedBy, content);
        listener.accept(String.format(Locale.ROOT, "%s  %,d bytes", model.fileName(), bytes));
    }
}
