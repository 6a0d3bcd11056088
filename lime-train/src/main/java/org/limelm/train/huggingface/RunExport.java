package org.limelm.train.huggingface;

import java.nio.file.Path;
import java.util.Optional;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.LimeException;
import org.limelm.core.io.AtomicFolder;
import org.limelm.model.huggingface.Architecture;
import org.limelm.model.huggingface.ExportOptions;
import org.limelm.model.huggingface.HuggingFaceExport;
import org.limelm.model.weights.StoredModel;
import org.limelm.train.config.ModelFiles;

/**
 * Writes the model of a run as a HuggingFace folder: configuration, weights, tokenizer and model
 * card. The folder appears when it is complete.
 */
public final class RunExport {
    private RunExport() {}

    /**
     * Options of an export.
     *
     * @param tokenizerJson the tokenizer; if empty, the one kept with the model
     * @param bfloat16 whether weights are rounded to bfloat16
     */
    public record Options(Optional<Path> tokenizerJson, boolean bfloat16) {
        /** Returns the defaults: the tokenizer kept with the model, float32. */
        public static Options defaults() {
            return new Options(Optional.empty(), false);
        }
    }

    /**
     * The result of an export.
     *
     * @param folder the folder written
     * @param arm arm of the model with its annotation mode
     * @param architecture class of the model in transformers
     * @param trustRemoteCode whether loading it requires {@code trust_remote_code=True}
     */
    public record Result(Path folder, String arm, String architecture, boolean trustRemoteCode) {}

    /**
     * Writes a folder.
     *
     * @param run folder of a run or of a model
     * @param folder a new or an empty folder
     * @throws LimeException if the run has no model or no tokenizer, the folder exists, or the disk
     *     is full
     */
    public static Result write(Path run, Path folder, Options options) {
        AtomicFolder.requireFree(folder);
        ModelFiles files = ModelFiles.of(run);
        Path tokenizerJson = options.tokenizerJson().orElseGet(files::tokenizer);
        int endOfTextId = files.provenance().endOfTextId();
        ExportOptions exportOptions =
                ExportOptions.of(endOfTextId, files.provenance().arm().shift())
                        .withBfloat16(options.bfloat16());
        Architecture architecture =
                Architecture.of(files.description().architecture(), files.description().features());
        try (SubwordTokenizer tokenizer = SubwordTokenizer.load(tokenizerJson, endOfTextId);
                StoredModel model = StoredModel.open(files.folder())) {
            files.requireTokenizer(tokenizer.sha256());
            AtomicFolder.write(
                    folder,
                    into -> {
                        HuggingFaceExport.write(model, into, exportOptions);
                        TokenizerFiles.write(
                                tokenizerJson,
                                tokenizer,
                                files.description().architecture().contextLength(),
                                into);
                        ModelCard.of(files, architecture).write(into);
                    });
        }
        return new Result(
                folder,
                files.provenance().armLabel(),
                architecture.className(),
                architecture == Architecture.LIME);
    }
}
