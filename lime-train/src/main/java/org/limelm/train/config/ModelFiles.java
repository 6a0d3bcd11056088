package org.limelm.train.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.limelm.core.LimeException;
import org.limelm.model.weights.ModelDescription;
import org.limelm.model.weights.ModelFolder;
import org.limelm.train.arm.ModelProvenance;

/**
 * The folder of a model, and the files that are kept with it: in this folder or, for a run, in its
 * parent.
 *
 * @param folder the model folder
 * @param description its description
 * @param provenance how the model was trained
 */
public record ModelFiles(Path folder, ModelDescription description, ModelProvenance provenance) {
    /**
     * Finds a model.
     *
     * @param folder folder of a run or of a model
     * @throws LimeException if there is no model of LIME
     */
    public static ModelFiles of(Path folder) {
        Path model = modelFolder(folder);
        ModelDescription description = ModelFolder.describe(model);
        return new ModelFiles(model, description, ModelProvenance.of(description));
    }

    /** Returns the model folder inside a run folder, or the folder itself. */
    private static Path modelFolder(Path folder) {
        Path inRun = folder.resolve("model");
        if (Files.exists(inRun.resolve(ModelFolder.CONFIG))) {
            return inRun;
        }
        if (Files.exists(folder.resolve(ModelFolder.CONFIG))) {
            return folder;
        }
        throw new LimeException(
                "[%s] no model found, expected %s or model/%s. Hint: use the folder of a finished run"
                        .formatted(folder, ModelFolder.CONFIG, ModelFolder.CONFIG));
    }

    /** Finds a file or folder that is kept with the model. */
    public Optional<Path> kept(String name) {
        Path parent = folder.toAbsolutePath().getParent();
        return Stream.of(Optional.of(folder), Optional.ofNullable(parent))
                .flatMap(Optional::stream)
                .map(place -> place.resolve(name))
                .filter(Files::exists)
                .findFirst();
    }

    /**
     * Returns the tokenizer that is kept with the model.
     *
     * @throws LimeException if there is none
     */
    public Path tokenizer() {
        return kept(RunFolderConfig.TOKENIZER)
                .orElseThrow(
                        () ->
                                new LimeException(
                                        "[%s] no %s in the folder of the model or its parent. Hint: set it with --tokenizer"
                                                .formatted(folder, RunFolderConfig.TOKENIZER)));
    }

    /**
     * Checks that a tokenizer is that of the model.
     *
     * @param sha256 hash of its {@code tokenizer.json}
     * @throws LimeException if it is another one
     */
    public void requireTokenizer(String sha256) {
        if (!sha256.equals(provenance.tokenizerSha256())) {
            throw new LimeException(
                    "[%s] tokenizer has SHA-256 %s, expected %s, with which the model was trained. Hint: set the right file with --tokenizer"
                            .formatted(folder, sha256, provenance.tokenizerSha256()));
        }
    }
}
