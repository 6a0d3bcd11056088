package org.limelm.annotate.training;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import opennlp.tools.ml.model.AbstractModel;
import opennlp.tools.ml.model.GenericModelWriter;
import opennlp.tools.util.Version;
import opennlp.tools.util.model.BaseModel;
import org.limelm.annotate.models.ModelFile;
import org.limelm.annotate.models.ModelList;
import org.limelm.annotate.treebank.EntityFile;
import org.limelm.annotate.treebank.EntitySentence;
import org.limelm.annotate.treebank.Treebank;
import org.limelm.annotate.treebank.TreebankSentence;
import org.limelm.annotate.treebank.TreebankToken;
import org.limelm.core.LimeException;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;
import org.limelm.core.metadata.Feature;

/**
 * Trains the linguistic models of both annotation modes on gold files and writes them to a folder.
 * The same files give the same bytes.
 */
public final class AnnotatorTrainer {
    private static final long SHUFFLE_SEED = 1;
    private static final int POS_ITERATIONS = 30;
    private static final int POS_CUTOFF = 2;
    private static final int BOUNDARY_ITERATIONS = 20;
    private static final int BOUNDARY_CUTOFF = 2;
    private static final int ENTITY_ITERATIONS = 8;
    private static final int ENTITY_CUTOFF = 4;

    private final TrainerOptions options;
    private final Consumer<String> listener;
    private final Map<String, ModelList.Entry> entries = new TreeMap<>();
    private final Map<String, String> trainedOn = new TreeMap<>();

    private AnnotatorTrainer(TrainerOptions options, Consumer<String> listener) {
        this.options = options;
        this.listener = listener;
    }

    /**
     * Trains the requested models. Other models in the folder are kept.
     *
     * @param listener receives one line per model
     * @throws LimeException if a gold file is malformed or cannot be read
     */
    public static void train(TrainerOptions options, Consumer<String> listener) {
        try {
            new AnnotatorTrainer(options, listener).run();
        } catch (IOException e) {
            throw new LimeException("[annotator train] " + e.getMessage(), e);
        }
    }

    private void run() throws IOException {
        Files.createDirectories(options.output());
        Path list = options.output().resolve(ModelList.FILE);
        AtomicFile.removeLeftoversOf(list);
        options.models().forEach(model -> AtomicFile.removeLeftoversOf(file(model)));
        if (Files.exists(list)) {
            ModelList earlier = Json.read(list, ModelList.class);
            entries.putAll(earlier.models());
            trainedOn.putAll(earlier.trainedOn());
        }
        Set<ModelFile> models = options.models();
        if (!models.stream().allMatch(ModelFile::isOfEntities)) {
            fromTreebanks(models);
        }
        if (models.stream().anyMatch(ModelFile::isOfEntities)) {
            fromEntities(models);
        }
        Json.write(
                list,
                new ModelList(
                        ModelList.VERSION,
                        entries,
                        trainedOn,
                        Map.of("opennlp", Version.currentVersion().toString())));
    }

    private Path file(ModelFile model) {
        return options.output().resolve(model.fileName());
    }

    private void fromTreebanks(Set<ModelFile> models) throws IOException {
        List<TreebankSentence> treebank = shuffled(Treebank.read(options.treebanks()));
        record(options.treebanks());
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
                        save(model, "maxent, 100 iterations", ModelTrainers.sentences(treebank));
                case TOKENS ->
                        save(model, "maxent, 100 iterations", ModelTrainers.tokens(treebank));
                case POS_XPOS -> pos(model, treebank, TreebankToken::xpos);
                case POS_UPOS -> pos(model, treebank, TreebankToken::upos);
                case CAUSAL_BOUNDARIES ->
                        save(
                                model,
                                "perceptron, " + BOUNDARY_ITERATIONS + " iterations",
                                ModelTrainers.classifier(
                                        CausalEvents.boundaries(treebank, cutter),
                                        BOUNDARY_ITERATIONS,
                                        BOUNDARY_CUTOFF));
                case CAUSAL_XPOS -> causalPos(model, treebank, cutter, TreebankToken::xpos);
                case CAUSAL_UPOS -> causalPos(model, treebank, cutter, TreebankToken::upos);
                case ENTITIES, CAUSAL_ENTITIES -> {
                    // trained on other files
                }
            }
        }
    }

    /**
     * Shuffles the documents of all treebanks with a fixed seed, because a perceptron is biased
     * towards the last examples.
     */
    private static List<TreebankSentence> shuffled(List<TreebankSentence> treebank) {
        List<List<TreebankSentence>> documents = new ArrayList<>();
        for (TreebankSentence sentence : treebank) {
            if (sentence.startsDocument() || documents.isEmpty()) {
                documents.add(new ArrayList<>());
            }
            documents.get(documents.size() - 1).add(sentence);
        }
        Collections.shuffle(documents, new Random(SHUFFLE_SEED));
        return documents.stream().flatMap(List::stream).toList();
    }

    private void pos(
            ModelFile model, List<TreebankSentence> treebank, Function<TreebankToken, String> tag)
            throws IOException {
        requirePosTags(model, treebank, tag);
        save(model, "perceptron, 50 iterations", ModelTrainers.pos(treebank, tag));
    }

    private void causalPos(
            ModelFile model,
            List<TreebankSentence> treebank,
            PieceCutter cutter,
            Function<TreebankToken, String> tag)
            throws IOException {
        requirePosTags(model, treebank, tag);
        save(
                model,
                "perceptron, " + POS_ITERATIONS + " iterations",
                ModelTrainers.classifier(
                        CausalEvents.pos(treebank, cutter, tag), POS_ITERATIONS, POS_CUTOFF));
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

    private void fromEntities(Set<ModelFile> models) throws IOException {
        List<EntitySentence> sentences = EntityFile.readAll(options.entityFiles());
        if (sentences.isEmpty()) {
            throw new LimeException(
                    "[annotator train] no sentences in the entity files " + options.entityFiles());
        }
        for (EntitySentence sentence : sentences) {
            for (String tag : sentence.tags()) {
                requireTag(
                        ModelFile.ENTITIES,
                        tag.substring(tag.indexOf('-') + 1),
                        String.join(" ", sentence.words()));
            }
        }
        record(options.entityFiles());
        if (models.contains(ModelFile.ENTITIES)) {
            save(
                    ModelFile.ENTITIES,
                    "perceptron, 12 iterations, BILOU",
                    ModelTrainers.entities(sentences));
        }
        if (models.contains(ModelFile.CAUSAL_ENTITIES)) {
            Map<String, Integer> counts = new HashMap<>();
            for (EntitySentence sentence : sentences) {
                sentence.words().forEach(word -> counts.merge(word, 1, Integer::sum));
            }
            save(
                    ModelFile.CAUSAL_ENTITIES,
                    "perceptron, " + ENTITY_ITERATIONS + " iterations",
                    ModelTrainers.classifier(
                            CausalEvents.entities(sentences, new PieceCutter(counts)),
                            ENTITY_ITERATIONS,
                            ENTITY_CUTOFF));
        }
    }

    private static Map<String, Integer> counts(List<String> words) {
        Map<String, Integer> counts = new HashMap<>();
        words.forEach(word -> counts.merge(word, 1, Integer::sum));
        return counts;
    }

    private void record(List<Path> files) {
        for (Path file : files) {
            trainedOn.put(String.valueOf(file.getFileName()), Sha256.ofFile(file));
        }
    }

    private void save(ModelFile file, String trainedBy, BaseModel model) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        model.serialize(bytes);
        save(file, trainedBy, ReproducibleZip.of(bytes.toByteArray()));
    }

    private void save(ModelFile file, String trainedBy, AbstractModel model) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip =
                new GZIPOutputStream(bytes) {
                    {
                        def.setLevel(Deflater.BEST_COMPRESSION);
                    }
                }) {
            new GenericModelWriter(model, new DataOutputStream(gzip)).persist();
        }
        save(file, trainedBy, bytes.toByteArray());
    }

    private void save(ModelFile file, String trainedBy, byte[] bytes) {
        AtomicFile.write(file(file), out -> out.write(bytes));
        entries.put(
                file.fileName(), new ModelList.Entry(bytes.length, Sha256.of(bytes), trainedBy));
        listener.accept(String.format(Locale.ROOT, "%s  %,d bytes", file.fileName(), bytes.length));
    }
}
