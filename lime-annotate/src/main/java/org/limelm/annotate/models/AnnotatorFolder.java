package org.limelm.annotate.models;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import opennlp.tools.ml.model.BinaryFileDataReader;
import opennlp.tools.ml.model.GenericModelReader;
import opennlp.tools.ml.model.MaxentModel;
import opennlp.tools.namefind.TokenNameFinderModel;
import opennlp.tools.postag.POSModel;
import opennlp.tools.sentdetect.SentenceModel;
import opennlp.tools.tokenize.TokenizerModel;
import org.jspecify.annotations.Nullable;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.EntityTags;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.causal.CausalModels;
import org.limelm.annotate.full.ClassifierSentenceDetector;
import org.limelm.annotate.full.ClassifierTaggerModel;
import org.limelm.annotate.full.ClassifierTokenDetector;
import org.limelm.annotate.full.FullModels;
import org.limelm.annotate.full.SentenceDetectorModel;
import org.limelm.annotate.full.SentenceTaggerModel;
import org.limelm.annotate.full.TokenDetectorModel;
import org.limelm.annotate.internal.classifier.LinearModel;
import org.limelm.annotate.internal.words.TagTransitions;
import org.limelm.annotate.internal.words.WordClusters;
import org.limelm.annotate.opennlp.OpenNlpEntityModel;
import org.limelm.annotate.opennlp.OpenNlpPosModel;
import org.limelm.annotate.opennlp.OpenNlpSentenceModel;
import org.limelm.annotate.opennlp.OpenNlpTokenModel;
import org.limelm.core.LimeException;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;

/**
 * Reads a model folder, from disk or bundled with the library. Its {@code models.json} lists the
 * files, their hashes and the training data.
 */
final class AnnotatorFolder {

    private static final String BUNDLED = "/org/limelm/annotate/models/";
    private static final byte[] ZIP = {'P', 'K', 3, 4};

    private final String where;
    private final Source source;
    private final ModelList list;
    private @Nullable WordClusters clusters;

    private interface Source {
        InputStream open(String file) throws IOException;
    }

    private AnnotatorFolder(String where, Source source) {
        this.where = where;
        this.source = source;
        this.list = list();
    }

    static AnnotatorFolder bundled() {
        return new AnnotatorFolder(
                "bundled models",
                file -> {
                    InputStream in = AnnotatorFolder.class.getResourceAsStream(BUNDLED + file);
                    if (in == null) {
                        throw new IOException("no resource " + BUNDLED + file);
                    }
                    return in;
                });
    }

    static AnnotatorFolder at(Path folder) {
        return new AnnotatorFolder(
                folder.toString(), file -> Files.newInputStream(folder.resolve(file)));
    }

    private ModelList list() {
        byte[] json = read(ModelList.FILE, InputStream::readAllBytes);
        return ModelList.parse(
                new String(json, StandardCharsets.UTF_8), where + "/" + ModelList.FILE);
    }

    /**
     * Copies the models that a folder lacks into it, and lists them there.
     *
     * @throws LimeException if the folder has other word clusters
     */
    void copyMissing(Path folder) {
        Path file = folder.resolve(ModelList.FILE);
        Map<String, ModelList.Entry> models = new TreeMap<>();
        Map<String, String> trainedOn = new TreeMap<>(list.trainedOn());
        if (Files.exists(file)) {
            ModelList own = ModelList.read(file);
            if (own.isImported()) {
                throw new LimeException(
                        "[%s] has models of another language, expected a folder for the %s, which are English. Hint: choose a new folder"
                                .formatted(folder, where));
            }
            models.putAll(own.models());
            trainedOn.putAll(own.trainedOn());
        }
        requireSameClusters(folder, models.get(ModelFile.WORD_CLUSTERS.fileName()));
        createFolder(folder);
        list.models()
                .forEach(
                        (name, entry) -> {
                            if (models.putIfAbsent(name, entry) == null) {
                                byte[] content = read(name, InputStream::readAllBytes);
                                AtomicFile.write(folder.resolve(name), out -> out.write(content));
                            }
                        });
        Json.write(file, new ModelList(ModelList.VERSION, models, trainedOn, list.software()));
    }

    private void requireSameClusters(Path folder, ModelList.@Nullable Entry clusters) {
        if (clusters != null && !clusters.sha256().equals(sha256(ModelFile.WORD_CLUSTERS))) {
            throw new LimeException(
                    "[%s] has word clusters of its own, with which the %s do not work. Hint: choose a new folder"
                            .formatted(folder, where));
        }
    }

    private static void createFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw IoErrors.cannotWrite(folder, e);
        }
    }

    /** Returns the name of the folder, for errors. */
    String where() {
        return where;
    }

    /** Returns the hash of a model. */
    String sha256(ModelFile file) {
        return entry(file).sha256();
    }

    private ModelList.Entry entry(ModelFile file) {
        ModelList.Entry entry = list.models().get(file.fileName());
        if (entry == null) {
            throw new LimeException(
                    "[%s] no model %s. Hint: %s".formatted(where, file.fileName(), hint()));
        }
        return entry;
    }

    private String hint() {
        return list.isImported()
                ? "models of another language tag universal parts of speech alone: use --metadata 'pos(tags=upos)', or data.metadata=[{feature: pos, tags: upos}]"
                : "train it with `lime annotator train`, or add the bundled one with its option --from-bundled";
    }

    /** Returns the options with each tag set of parts of speech that the folder has. */
    List<AnnotatorOptions> options() {
        Optional<EntityTags> ner =
                Optional.of(EntityTags.BIO).filter(tags -> has(ModelFile.ENTITIES));
        return Stream.of(PosTagset.values())
                .filter(tagset -> has(ModelFile.pos(tagset)))
                .map(tagset -> new AnnotatorOptions(Optional.of(tagset), ner))
                .toList();
    }

    private boolean has(ModelFile file) {
        return list.models().containsKey(file.fileName());
    }

    FullModels full(AnnotatorOptions options) {
        return new FullModels(
                sentences(),
                tokens(),
                options.pos().map(tagset -> pos(ModelFile.pos(tagset))),
                options.ner().map(tags -> entities(ModelFile.ENTITIES)));
    }

    /** Returns the models of mode {@code causal}; empty if the folder lacks one of them. */
    Optional<CausalModels> causal(AnnotatorOptions options) {
        if (!missingCausal(options).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new CausalModels(
                        clusters(),
                        classifier(ModelFile.CAUSAL_BOUNDARIES),
                        options.pos().map(tagset -> classifier(ModelFile.causalPos(tagset))),
                        options.ner().map(tags -> classifier(ModelFile.CAUSAL_ENTITIES))));
    }

    /** Returns the models of mode {@code causal} that the folder lacks. */
    Set<ModelFile> missingCausal(AnnotatorOptions options) {
        Set<ModelFile> missing = EnumSet.copyOf(ModelFile.causal(options));
        missing.removeIf(this::has);
        return missing;
    }

    /** Returns the models that annotators with these options use, in all modes that exist. */
    Set<ModelFile> files(AnnotatorOptions options) {
        Set<ModelFile> files = EnumSet.copyOf(ModelFile.full(options));
        if (missingCausal(options).isEmpty()) {
            files.addAll(ModelFile.causal(options));
        }
        if (files.stream().anyMatch(file -> !entry(file).clusters().isEmpty())) {
            files.add(ModelFile.WORD_CLUSTERS);
        }
        return files;
    }

    private SentenceDetectorModel sentences() {
        if (isOfOpenNlp(ModelFile.SENTENCES)) {
            return new OpenNlpSentenceModel(model(ModelFile.SENTENCES, SentenceModel::new));
        }
        LinearModel classifier = classifier(ModelFile.SENTENCES);
        WordClusters known = clusters();
        return () -> new ClassifierSentenceDetector(classifier, known);
    }

    private TokenDetectorModel tokens() {
        if (isOfOpenNlp(ModelFile.TOKENS)) {
            return new OpenNlpTokenModel(model(ModelFile.TOKENS, TokenizerModel::new));
        }
        LinearModel classifier = classifier(ModelFile.TOKENS);
        return () -> new ClassifierTokenDetector(classifier);
    }

    private SentenceTaggerModel pos(ModelFile file) {
        return isOfOpenNlp(file)
                ? new OpenNlpPosModel(model(file, POSModel::new))
                : ClassifierTaggerModel.of(
                        classifier(file), clusters(), TagTransitions.Kind.INDEPENDENT);
    }

    private SentenceTaggerModel entities(ModelFile file) {
        return isOfOpenNlp(file)
                ? new OpenNlpEntityModel(model(file, TokenNameFinderModel::new))
                : ClassifierTaggerModel.of(
                        classifier(file), clusters(), TagTransitions.Kind.ENTITIES);
    }

    /** Returns whether a file is a model of an OpenNLP tool, which is a zip archive. */
    private boolean isOfOpenNlp(ModelFile file) {
        byte[] start = model(file, in -> in.readNBytes(ZIP.length));
        return Arrays.equals(start, ZIP);
    }

    private WordClusters clusters() {
        if (clusters == null) {
            clusters = model(ModelFile.WORD_CLUSTERS, WordClusters::read);
        }
        return clusters;
    }

    private LinearModel classifier(ModelFile file) {
        if (file.usesClusters()
                && !entry(file).clusters().equals(sha256(ModelFile.WORD_CLUSTERS))) {
            throw new LimeException(
                    "[%s/%s] trained with other word clusters than those in %s. Hint: train all classifiers of a folder with the same ones"
                            .formatted(where, file.fileName(), ModelFile.WORD_CLUSTERS.fileName()));
        }
        MaxentModel model = model(file, AnnotatorFolder::classifier);
        return LinearModel.of(model)
                .orElseThrow(
                        () ->
                                new LimeException(
                                        "[%s/%s] a %s, expected a perceptron or a maximum entropy model. Hint: train it with `lime annotator train`"
                                                .formatted(
                                                        where,
                                                        file.fileName(),
                                                        model.getClass().getSimpleName())));
    }

    private static MaxentModel classifier(InputStream in) throws IOException {
        return new GenericModelReader(new BinaryFileDataReader(new GZIPInputStream(in))).getModel();
    }

    private <T> T model(ModelFile file, Parser<T> parser) {
        String expected = sha256(file);
        byte[] content = read(file.fileName(), InputStream::readAllBytes);
        String actual = Sha256.of(content);
        if (!actual.equals(expected)) {
            throw new LimeException(
                    "[%s/%s] SHA-256 is %s, expected %s according to %s. Hint: the file is damaged or from another training run; train again"
                            .formatted(where, file.fileName(), actual, expected, ModelList.FILE));
        }
        return parse(file.fileName(), new ByteArrayInputStream(content), parser);
    }

    private interface Parser<T> {
        T parse(InputStream in) throws IOException;
    }

    private <T> T read(String file, Parser<T> parser) {
        try (InputStream in = source.open(file)) {
            return parse(file, in, parser);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private <T> T parse(String file, InputStream in, Parser<T> parser) {
        try {
            return parser.parse(in);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private LimeException unreadable(String file, IOException e) {
        return new LimeException(
                "[%s/%s] cannot be read: %s. Hint: is this a folder that `lime annotator train` or `import` wrote?"
                        .formatted(where, file, e.getMessage()),
                e);
    }
}
