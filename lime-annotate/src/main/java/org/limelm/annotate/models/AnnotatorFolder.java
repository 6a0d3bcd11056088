package org.limelm.annotate.models;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import opennlp.tools.ml.model.BinaryFileDataReader;
import opennlp.tools.ml.model.GenericModelReader;
import opennlp.tools.ml.model.MaxentModel;
import opennlp.tools.namefind.TokenNameFinderModel;
import opennlp.tools.postag.POSModel;
import opennlp.tools.sentdetect.SentenceModel;
import opennlp.tools.tokenize.TokenizerModel;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.causal.CausalModels;
import org.limelm.annotate.opennlp.OpenNlpModels;
import org.limelm.core.LimeException;
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
    private final Map<ModelFile, String> sha256;

    private interface Source {
        InputStream open(String file) throws IOException;
    }

    private AnnotatorFolder(String where, Source source) {
        this.where = where;
        this.source = source;
        this.sha256 = hashes();
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

    private Map<ModelFile, String> hashes() {
        Map<ModelFile, String> hashes = new EnumMap<>(ModelFile.class);
        String list =
                read(
                        ModelList.FILE,
                        in ->
                                new String(
                                        in.readAllBytes(),
                                        java.nio.charset.StandardCharsets.UTF_8));
        var models = Json.parse(list, ModelList.class, where + "/" + ModelList.FILE).models();
        for (ModelFile file : ModelFile.values()) {
            ModelList.Entry entry = models.get(file.fileName());
            if (entry != null) {
                hashes.put(file, entry.sha256());
            }
        }
        return hashes;
    }

    /** Returns the hash of a model. */
    String sha256(ModelFile file) {
        String hash = sha256.get(file);
        if (hash == null) {
            throw new LimeException(
                    "[%s] no model %s. Hint: train it with `lime annotator train`"
                            .formatted(where, file.fileName()));
        }
        return hash;
    }

    OpenNlpModels full(PosTagset tagset) {
        return new OpenNlpModels(
                model(ModelFile.SENTENCES, SentenceModel::new),
                model(ModelFile.TOKENS, TokenizerModel::new),
                model(pos(tagset, ModelFile.POS_XPOS, ModelFile.POS_UPOS), POSModel::new),
                model(ModelFile.ENTITIES, TokenNameFinderModel::new));
    }

    CausalModels causal(PosTagset tagset) {
        return new CausalModels(
                classifier(ModelFile.CAUSAL_BOUNDARIES),
                classifier(pos(tagset, ModelFile.CAUSAL_XPOS, ModelFile.CAUSAL_UPOS)),
                classifier(ModelFile.CAUSAL_ENTITIES));
    }

    static ModelFile pos(PosTagset tagset, ModelFile xpos, ModelFile upos) {
        return tagset == PosTagset.XPOS ? xpos : upos;
    }

    private MaxentModel classifier(ModelFile file) {
        return model(
                file,
                in ->
                        new GenericModelReader(new BinaryFileDataReader(new GZIPInputStream(in)))
                                .getModel());
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
