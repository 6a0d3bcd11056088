package org.limelm.annotate.subword;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.limelm.core.io.Json;

/**
 * A byte-level BPE vocabulary.
 *
 * @param pieces by id, in the byte alphabet of GPT-2; the last is the special end of text
 * @param merges in the order of application: two pieces separated by a space
 */
public record BpeVocabulary(List<String> pieces, List<String> merges) {
    /** Copies the lists. */
    public BpeVocabulary {
        pieces = List.copyOf(pieces);
        merges = List.copyOf(merges);
    }

    /** Returns the number of ids. */
    public int size() {
        return pieces.size();
    }

    /**
     * Writes a {@code tokenizer.json}, atomically: the same bytes for the same vocabulary.
     *
     * @throws org.limelm.core.LimeException if the file cannot be written
     */
    public void write(Path tokenizerJson) {
        int endOfTextId = pieces.size() - 1;
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        for (int id = 0; id < pieces.size(); id++) {
            vocabulary.put(pieces.get(id), id);
        }
        Map<String, Object> endOfText = new LinkedHashMap<>();
        endOfText.put("id", endOfTextId);
        endOfText.put("content", pieces.get(endOfTextId));
        for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
            endOfText.put(flag, false);
        }
        endOfText.put("special", true);

        Map<String, Object> model = new LinkedHashMap<>();
        model.put("type", "BPE");
        model.put("fuse_unk", false);
        model.put("byte_fallback", false);
        model.put("vocab", vocabulary);
        model.put("merges", merges);

        Map<String, Object> root = new LinkedHashMap<>();
        root.put("version", "1.0");
        root.put("added_tokens", List.of(endOfText));
        root.put("pre_tokenizer", byteLevel());
        root.put("decoder", byteLevel());
        root.put("model", model);
        Json.write(tokenizerJson, root);
    }

    private static Map<String, Object> byteLevel() {
        Map<String, Object> component = new LinkedHashMap<>();
        component.put("type", "ByteLevel");
        component.put("add_prefix_space", false);
        component.put("trim_offsets", true);
        component.put("use_regex", true);
        return component;
    }
}
