package org.limelm.annotate.models;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import opennlp.tools.ml.model.BinaryFileDataReader;
import opennlp.tools.ml.model.GenericModelReader;
import opennlp.tools.ml.model.MaxentModel;
import opennlp.tools.namefind.TokenNameFinderModel;
import opennlp.tools.postag.POSModel;
import opennlp.tools.sentdetect.SentenceModel;
import opennlp.tools.tokenize.TokenizerModel;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.causal.CausalModels;
import org.limelm.annotate.internal.classifier.LinearModel;
import org.limelm.annotate.opennlp.OpenNlpModels;
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

    private final String where;
    private final Source source;
    private final ModelList list;

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
        return Json.parse(
                new String(json, StandardCharsets.UTF_8),
                ModelList.class,
                where + "/" + ModelList.FILE);
    }

    /** Copies the models that a folder lacks into it, and lists them there. */
    void copyMissing(Path folder) {
        Path file = folder.resolve(ModelList.FILE);
        Map<String, ModelList.Entry> models = new TreeMap<>();
        Map<String, String> trainedOn = new TreeMap<>(list.trainedOn());
        if (Files.exists(file)) {
            ModelList own = Json.read(file, ModelList.class);
            models.putAll(own.models());
            trainedOn.putAll(own.trainedOn());
        }
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

    private static void createFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw IoErrors.cannotWrite(folder, e);
        }
    }

    /** Returns the hash of a model. */
    String sha256(ModelFile file) {
        ModelList.Entry entry = list.models().get(file.fileName());
        if (entry == null) {
            throw new LimeException(
                    "[%s] no model %s. Hint: train it with `lime annotator train`, or add the bundled one with its option --from-bundled"
                            .formatted(where, file.fileName()));
        }
        return entry.sha256();
    }

    OpenNlpModels full(AnnotatorOptions options) {
        return new OpenNlpModels(
                model(ModelFile.SENTENCES, SentenceModel::new),
                model(ModelFile.TOKENS, TokenizerModel::new),
                options.pos().map(tagset -> model(ModelFile.pos(tagset), POSModel::new)),
                options.ner().map(tags -> model(ModelFile.ENTITIES, TokenNameFinderModel::new)));
    }

    CausalModels causal(AnnotatorOptions options) {
        return new CausalModels(
                classifier(ModelFile.CAUSAL_BOUNDARIES),
                options.pos().map(tagset -> classifier(ModelFile.causalPos(tagset))),
                options.ner().map(tags -> classifier(ModelFile.CAUSAL_ENTITIES)));
    }

    private LinearModel classifier(ModelFile file) {
        MaxentModel model =
                model(
                        file,
                        in ->
                                new GenericModelReader(
                                                new BinaryFileDataReader(new GZIPInputStream(in)))
                                        .getModel());
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
                "[%s/%s] cannot be read: %s. Hint: is this a folder that `lime annotator train` wrote?"
                        .formatted(where, file, e.getMessage()),
                e);
    }
}
