package org.limelm.annotate.models;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import org.limelm.core.LimeException;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Sha256;

/**
 * OpenNLP's models for about 30 languages, trained on treebanks of Universal Dependencies. Each is
 * a jar on Maven Central, such as {@code org.apache.opennlp:opennlp-models-pos-de:1.3.0}, with a
 * file {@code model.properties} that states name, language and hash of the model. They give
 * sentences, words and universal parts of speech in mode {@code full}.
 */
public final class LanguageModels {
    private static final String PROPERTIES = "model.properties";

    /** What a model is for: part of its name, and of the artifact of its jar. */
    private enum Kind {
        SENTENCES(ModelFile.SENTENCES, "sentence", "sentdetect", "sentences"),
        TOKENS(ModelFile.TOKENS, "tokens", "tokenizer", "words"),
        POS(ModelFile.POS_UPOS, "pos", "pos", "parts of speech");

        private final ModelFile file;
        private final String inName;
        private final String inArtifact;
        private final String purpose;

        Kind(ModelFile file, String inName, String inArtifact, String purpose) {
            this.file = file;
            this.inName = inName;
            this.inArtifact = inArtifact;
            this.purpose = purpose;
        }

        /** Returns the kind of a model; empty if it is of no use here, such as a lemmatizer. */
        static Optional<Kind> of(String name) {
            for (Kind kind : values()) {
                if (name.contains("-" + kind.inName + "-")) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }
    }

    private record Model(String name, String sha256) {}

    private final String language;
    private final ClassLoader jars;
    private final Map<Kind, Model> models = new EnumMap<>(Kind.class);

    private LanguageModels(String language, ClassLoader jars) {
        this.language = language;
        this.jars = jars;
    }

    /**
     * Copies the models for a language into a new model folder.
     *
     * @param language its code, such as {@code de}
     * @param jars the class path, or a loader of the models' jars
     * @throws LimeException if a model is missing, damaged or not unique, or the folder has models
     *     or cannot be written
     */
    public static void copy(String language, ClassLoader jars, Path folder) {
        if (Files.exists(folder.resolve(ModelList.FILE))) {
            throw new LimeException(
                    "[%s] has models, expected a new folder: those of several languages do not work together. Hint: choose another folder, or delete this one"
                            .formatted(folder));
        }
        LanguageModels found = new LanguageModels(language, jars);
        found.copy(found.read(), folder);
    }

    private Map<Kind, byte[]> read() {
        try {
            find();
            Map<Kind, byte[]> contents = new EnumMap<>(Kind.class);
            for (Map.Entry<Kind, Model> entry : models.entrySet()) {
                contents.put(entry.getKey(), read(entry.getValue()));
            }
            return contents;
        } catch (IOException e) {
            throw new LimeException(
                    "[language %s] a jar cannot be read: %s. Hint: get it again"
                            .formatted(language, IoErrors.reason(e)),
                    e);
        }
    }

    private void find() throws IOException {
        TreeSet<String> others = new TreeSet<>();
        for (URL url : Collections.list(jars.getResources(PROPERTIES))) {
            Properties properties = new Properties();
            try (InputStream in = url.openStream()) {
                properties.load(in);
            }
            String name = properties.getProperty("model.name", "");
            String of = properties.getProperty("model.language", "");
            Optional<Kind> kind = Kind.of(name);
            if (!of.equals(language)) {
                others.add(of.isBlank() ? "no language" : of);
            } else if (kind.isPresent()) {
                add(
                        kind.orElseThrow(),
                        new Model(name, properties.getProperty("model.sha256", "")));
            }
        }
        for (Kind kind : Kind.values()) {
            if (!models.containsKey(kind)) {
                throw new LimeException(
                        "[language %s] no model for %s found (models for this language: %s; other languages: %s). Hint: get the jar org.apache.opennlp:opennlp-models-%s-%s from Maven Central, and name it in the command or put it on the class path"
                                .formatted(
                                        language,
                                        kind.purpose,
                                        models.size(),
                                        others,
                                        kind.inArtifact,
                                        language));
            }
        }
    }

    private void add(Kind kind, Model model) {
        Model other = models.putIfAbsent(kind, model);
        if (other != null && !other.equals(model)) {
            throw new LimeException(
                    "[language %s] models %s and %s, expected one for %s. Hint: remove one of the jars"
                            .formatted(language, other.name, model.name, kind.purpose));
        }
    }

    private void copy(Map<Kind, byte[]> contents, Path folder) {
        try (ModelFolder output =
                ModelFolder.open(
                        folder,
                        EnumSet.of(ModelFile.SENTENCES, ModelFile.TOKENS, ModelFile.POS_UPOS))) {
            contents.forEach((kind, bytes) -> output.saveImported(kind.file, name(kind), bytes));
        } catch (IOException e) {
            throw IoErrors.cannotWrite(folder, e);
        }
    }

    private String name(Kind kind) {
        return Objects.requireNonNull(models.get(kind)).name;
    }

    private byte[] read(Model model) throws IOException {
        try (InputStream in = jars.getResourceAsStream(model.name)) {
            if (in == null) {
                throw new LimeException(
                        "[language %s] %s names the model %s, which its jar lacks. Hint: get the jar again"
                                .formatted(language, PROPERTIES, model.name));
            }
            byte[] bytes = in.readAllBytes();
            String sha256 = Sha256.of(bytes);
            if (!sha256.equals(model.sha256)) {
                throw new LimeException(
                        "[language %s] %s has the SHA-256 %s, expected %s. Hint: the jar is damaged, get it again"
                                .formatted(language, model.name, sha256, model.sha256));
            }
            return bytes;
        }
    }
}
