package org.limelm.train.huggingface;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.LimeException;
import org.limelm.core.io.AtomicFolder;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.huggingface.HuggingFaceModel;
import org.limelm.train.arm.Arm;
import org.limelm.train.arm.ModelProvenance;
import org.limelm.train.config.RunFolderConfig;

/**
 * Converts a HuggingFace folder to a model folder of LIME with its tokenizer, which can be
 * evaluated, generate, and be the start of a run ({@code init.from}). The folder appears when it is
 * complete.
 */
public final class ModelImport {
    private ModelImport() {}

    /**
     * The result of an import.
     *
     * @param folder the model folder written
     * @param architecture class of the model in transformers
     * @param arm arm of the model: {@code plain}, unless LIME exported it
     * @param parameters number of trained values
     * @param endOfText the token that ends documents
     */
    public record Result(
            Path folder, String architecture, String arm, long parameters, String endOfText) {}

    /**
     * Writes a model folder.
     *
     * @param huggingFace folder with config.json, safetensors and tokenizer.json
     * @param endOfText the token that ends documents; if empty, read from the tokenizer's files
     * @param folder a new or an empty folder
     * @throws LimeException if the model is not one that LIME's decoder computes, or its tokenizer
     *     is missing or does not fit; the message names the reason
     */
    public static Result write(Path huggingFace, Optional<String> endOfText, Path folder) {
        AtomicFolder.requireFree(folder);
        Path tokenizerJson = huggingFace.resolve(RunFolderConfig.TOKENIZER);
        try (HuggingFaceModel model = HuggingFaceModel.open(huggingFace);
                SubwordTokenizer tokenizer = loadTokenizer(tokenizerJson, endOfText)) {
            requireFit(tokenizer, model);
            ModelProvenance provenance = provenance(model, tokenizer);
            requireFeatures(huggingFace, model, provenance);
            AtomicFolder.write(
                    folder,
                    into -> {
                        model.save(into, provenance.entries());
                        TokenizerFiles.copy(tokenizerJson, into);
                    });
            return new Result(
                    folder,
                    model.architecture().className(),
                    provenance.armLabel(),
                    model.model().parameterCount(model.features()),
                    tokenizer.endOfText());
        }
    }

    private static SubwordTokenizer loadTokenizer(Path file, Optional<String> endOfText) {
        if (!Files.isRegularFile(file)) {
            throw new LimeException(
                    "[%s] is missing, expected the tokenizer of the model. Hint: save it with AutoTokenizer.from_pretrained(…).save_pretrained(FOLDER) of transformers"
                            .formatted(file));
        }
        return SubwordTokenizer.load(file, endOfText);
    }

    private static void requireFit(SubwordTokenizer tokenizer, HuggingFaceModel model) {
        int ids = model.model().vocabularySize();
        if (tokenizer.vocabularySize() > ids) {
            throw new LimeException(
                    "[%s] more ids than the model, which has %d. Hint: is it the tokenizer of this model?"
                            .formatted(tokenizer, ids));
        }
    }

    /** Returns the provenance of a model that LIME exported, or that of an unknown model. */
    private static ModelProvenance provenance(HuggingFaceModel model, SubwordTokenizer tokenizer) {
        if (model.provenance().isEmpty()) {
            return new ModelProvenance(
                    Arm.PLAIN,
                    AnnotationMode.CAUSAL,
                    tokenizer.sha256(),
                    tokenizer.endOfTextId(),
                    AnnotatorOptions.defaults().schema().fingerprint(),
                    Optional.empty(),
                    Map.of(),
                    Optional.empty(),
                    false,
                    0,
                    0);
        }
        return ModelProvenance.of(model.provenance())
                .withTokenizer(tokenizer.sha256(), tokenizer.endOfTextId());
    }

    private static void requireFeatures(
            Path huggingFace, HuggingFaceModel model, ModelProvenance provenance) {
        ModelFeatures features = model.features();
        Arm arm = provenance.arm();
        if (arm.hasTables() != (features.tables().size() > 0)
                || arm.nextTags().isOn() != features.tagHead().isPresent()) {
            throw new LimeException(
                    "[%s] config.json has metadata tables of %s and a tag head for %s, but its provenance states the arm %s. Hint: was it edited, or exported without its tag head by an earlier version?"
                            .formatted(
                                    huggingFace,
                                    features.tables().names(),
                                    features.predicted().names(),
                                    provenance.armLabel()));
        }
    }
}
