package org.limelm.train.huggingface;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Json;
import org.limelm.train.config.RunFolderConfig;

/** The tokenizer of a HuggingFace folder, and the settings that depend on its end of text. */
final class TokenizerFiles {
    private TokenizerFiles() {}

    /**
     * Writes {@code tokenizer.json}, {@code tokenizer_config.json} and {@code
     * generation_config.json}.
     *
     * @param contextLength maximum number of positions of the model
     */
    static void write(
            Path tokenizerJson, SubwordTokenizer tokenizer, int contextLength, Path folder) {
        copy(tokenizerJson, folder);
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("tokenizer_class", "PreTrainedTokenizerFast");
        config.put("eos_token", tokenizer.endOfText());
        config.put("pad_token", tokenizer.endOfText());
        config.put("padding_side", "left"); // generation continues at the right
        config.put("model_max_length", contextLength);
        config.put("clean_up_tokenization_spaces", false);
        Json.write(folder.resolve("tokenizer_config.json"), config);
        Map<String, Object> generation = new LinkedHashMap<>();
        generation.put("eos_token_id", tokenizer.endOfTextId());
        generation.put("pad_token_id", tokenizer.endOfTextId());
        Json.write(folder.resolve("generation_config.json"), generation);
    }

    /** Copies a {@code tokenizer.json} into a folder. */
    static void copy(Path tokenizerJson, Path folder) {
        try {
            byte[] content = Files.readAllBytes(tokenizerJson);
            AtomicFile.write(folder.resolve(RunFolderConfig.TOKENIZER), out -> out.write(content));
        } catch (IOException e) {
            throw IoErrors.cannotRead(tokenizerJson, e);
        }
    }
}
