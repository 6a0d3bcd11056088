package org.limelm.annotate.subword;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;

/**
 * The pieces of a {@code tokenizer.json}, and a modified form of it that encodes the segments of a
 * text separately.
 *
 * @param idOf ids by piece as spelled in the file, including added tokens
 * @param bytesOf the bytes that each id represents; empty for special tokens and unused ids
 * @param byteIds the id of each single byte, or empty if any byte has none
 * @param special contents of the special tokens, and the end of text
 * @param endOfText the token that ends a document
 * @param metaspace whether U+2581 represents a space
 * @param segmentForm the JSON without truncation, padding, post-processing, dropout, or a prepended
 *     space
 */
@SuppressWarnings("ArrayRecordComponent") // package-private, never compared
record TokenizerJson(
        Map<String, Integer> idOf,
        byte[][] bytesOf,
        int[] byteIds,
        Set<String> special,
        EndOfText endOfText,
        boolean metaspace,
        String segmentForm) {
    static final char METASPACE = '\u2581';

    private static final byte[] NO_BYTES = {};

    /** Ids may have gaps: the limit is this many ids per piece, plus {@link #FREE_IDS}. */
    private static final int MAX_IDS_PER_PIECE = 4;

    private static final int FREE_IDS = 1 << 16;

    /**
     * Reads a file.
     *
     * @param requested returns the end of text, if it is known, given the ids by piece
     * @throws LimeException if it is not a {@code tokenizer.json}
     */
    static TokenizerJson read(
            Path file, Function<Map<String, Integer>, Optional<String>> requested) {
        JsonNode root = Json.readTree(file);
        JsonNode model = root.path("model");
        if (!root.isObject() || !model.path("vocab").isContainerNode()) {
            throw new LimeException(
                    "[%s] no model.vocab, expected the tokenizer.json of a HuggingFace tokenizer. Hint: vocab.json, merges.txt and tokenizer.model are other files"
                            .formatted(file));
        }
        boolean byteLevel =
                hasType(root.path("pre_tokenizer"), "ByteLevel")
                        || hasType(root.path("decoder"), "ByteLevel");
        boolean metaspace = !byteLevel && mentionsMetaspace(root);
        Map<String, Integer> idOf = vocabulary(file, model);
        Set<String> special = new HashSet<>();
        for (JsonNode token : root.path("added_tokens")) {
            String content = token.path("content").asText();
            idOf.put(content, checked(file, content, token.path("id")));
            if (token.path("special").asBoolean()) {
                special.add(content);
            }
        }
        unknownPiece(model, special);
        EndOfText endOfText = EndOfText.find(file, idOf, special, requested.apply(idOf));
        endOfText.token().ifPresent(special::add); // text never encodes to it, marked or not
        byte[][] bytesOf = new byte[vocabularySize(file, idOf)][];
        Arrays.fill(bytesOf, NO_BYTES);
        Set<String> added = new HashSet<>();
        root.path("added_tokens").forEach(token -> added.add(token.path("content").asText()));
        idOf.forEach(
                (piece, id) -> {
                    if (!special.contains(piece)) {
                        bytesOf[id] =
                                byteLevel && added.contains(piece) && !isPiece(model, piece)
                                        ? piece.getBytes(StandardCharsets.UTF_8)
                                        : bytes(piece, byteLevel, metaspace);
                    }
                });
        return new TokenizerJson(
                idOf,
                bytesOf,
                byteIds(idOf, byteLevel),
                Set.copyOf(special),
                endOfText,
                metaspace,
                segmentForm((ObjectNode) root));
    }

    /**
     * Returns the vocabulary size. The highest id determines the memory of models and tables, so it
     * must be plausible.
     */
    private static int vocabularySize(Path file, Map<String, Integer> idOf) {
        long limit = (long) MAX_IDS_PER_PIECE * idOf.size() + FREE_IDS;
        for (Map.Entry<String, Integer> entry : idOf.entrySet()) {
            if (entry.getValue() >= limit) {
                throw new LimeException(
                        "[%s] the piece '%s' has id %d in a vocabulary of %d pieces, expected an id below %d. Hint: was the file edited?"
                                .formatted(
                                        file,
                                        entry.getKey(),
                                        entry.getValue(),
                                        idOf.size(),
                                        limit));
            }
        }
        return 1 + idOf.values().stream().mapToInt(id -> id).max().orElse(0);
    }

    private static boolean isPiece(JsonNode model, String piece) {
        return model.path("vocab").has(piece);
    }

    private static Map<String, Integer> vocabulary(Path file, JsonNode model) {
        Map<String, Integer> idOf = new HashMap<>();
        JsonNode vocabulary = model.path("vocab");
        if (vocabulary.isArray()) { // Unigram: [[piece, score], …]
            for (int id = 0; id < vocabulary.size(); id++) {
                idOf.put(vocabulary.get(id).path(0).asText(), id);
            }
        } else {
            for (Map.Entry<String, JsonNode> entry : vocabulary.properties()) {
                idOf.put(entry.getKey(), checked(file, entry.getKey(), entry.getValue()));
            }
        }
        return idOf;
    }

    private static int checked(Path file, String piece, JsonNode id) {
        if (!id.isInt() || id.asInt() < 0) {
            throw new LimeException(
                    "[%s] the piece '%s' has id %s, expected a non-negative integer. Hint: was the file edited?"
                            .formatted(file, piece, id));
        }
        return id.asInt();
    }

    private static void unknownPiece(JsonNode model, Set<String> special) {
        JsonNode unknown = model.path("unk_token");
        if (unknown.isTextual()) {
            special.add(unknown.asText());
        }
        JsonNode unknownId = model.path("unk_id");
        if (unknownId.isInt() && model.path("vocab").has(unknownId.asInt())) {
            special.add(model.path("vocab").get(unknownId.asInt()).path(0).asText());
        }
    }

    private static byte[] bytes(String piece, boolean byteLevel, boolean metaspace) {
        if (byteLevel) {
            return ByteAlphabet.decode(piece);
        }
        if (piece.matches("<0x[0-9A-Fa-f]{2}>")) {
            return new byte[] {(byte) Integer.parseInt(piece.substring(3, 5), 16)};
        }
        return (metaspace ? piece.replace(METASPACE, ' ') : piece).getBytes(StandardCharsets.UTF_8);
    }

    private static int[] byteIds(Map<String, Integer> idOf, boolean byteLevel) {
        int[] ids = new int[256];
        for (int b = 0; b < ids.length; b++) {
            String piece =
                    byteLevel
                            ? String.valueOf(ByteAlphabet.character(b))
                            : String.format(Locale.ROOT, "<0x%02X>", b);
            Integer id = idOf.get(piece);
            if (id == null) {
                return new int[0];
            }
            ids[b] = id;
        }
        return ids;
    }

    /** Returns whether a component, or a part of it, has this type. */
    private static boolean hasType(JsonNode component, String type) {
        return component.findValues("type").stream().anyMatch(t -> t.asText().equals(type));
    }

    private static boolean mentionsMetaspace(JsonNode root) {
        if (hasType(root.path("pre_tokenizer"), "Metaspace")
                || hasType(root.path("decoder"), "Metaspace")) {
            return true;
        }
        for (JsonNode content : root.path("normalizer").findValues("content")) {
            if (content.asText().indexOf(METASPACE) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static String segmentForm(ObjectNode root) {
        ObjectNode form = root.deepCopy();
        form.putNull("truncation");
        form.putNull("padding");
        form.putNull("post_processor");
        if (form.path("model").has("dropout")) {
            ((ObjectNode) form.path("model")).putNull("dropout");
        }
        JsonNode normalizer = form.path("normalizer");
        if (normalizer.path("type").asText().equals("Prepend")) {
            form.putNull("normalizer");
        } else if (normalizer.path("normalizers") instanceof ArrayNode steps) {
            for (int i = steps.size() - 1; i >= 0; i--) {
                if (steps.get(i).path("type").asText().equals("Prepend")) {
                    steps.remove(i);
                }
            }
        }
        for (String component : new String[] {"pre_tokenizer", "decoder"}) {
            for (JsonNode owner : form.path(component).findParents("type")) {
                disablePrefixSpace((ObjectNode) owner);
            }
        }
        return form.toString();
    }

    /**
     * Disables the prefix space: Metaspace has a scheme, whose default is "always"; other
     * components have a flag.
     */
    private static void disablePrefixSpace(ObjectNode component) {
        if (component.path("type").asText().equals("Metaspace")) {
            component.remove("add_prefix_space");
            component.put("prepend_scheme", "never");
        } else if (component.has("add_prefix_space")) {
            component.put("add_prefix_space", false);
        }
    }
}
