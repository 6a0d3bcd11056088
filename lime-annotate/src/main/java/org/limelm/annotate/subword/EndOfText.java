package org.limelm.annotate.subword;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;

/**
 * The token of a vocabulary that ends a document: the one that the user names; else {@code
 * eos_token} of a {@code tokenizer_config.json} next to the file; else {@code eos_token_id} of a
 * {@code generation_config.json} next to it; else the only token with a usual name, with special
 * tokens preferred. If there are several candidates, requesting the end of text is an error.
 *
 * @param token the token, or empty
 * @param problem why there is none
 * @param evident whether {@code tokenizer.json} alone determines the token
 */
record EndOfText(Optional<String> token, String problem, boolean evident) {
    private static final List<String> DOCUMENT_ENDS =
            List.of(
                    "<|endoftext|>",
                    "<|end_of_text|>",
                    "<|end\u2581of\u2581sentence|>",
                    "<\uFF5Cend\u2581of\u2581sentence\uFF5C>",
                    "</s>",
                    "<eos>",
                    "<|eos|>",
                    "[EOS]");

    /** Tokens that end a dialogue turn: used only if no token ends a document. */
    private static final List<String> TURN_ENDS = List.of("<|im_end|>", "<|eot_id|>");

    private static final String HINT =
            "Hint: name it with --end-of-text TOKEN, data.tokenizer.endOfText, or eos_token in a"
                    + " tokenizer_config.json next to the file";

    /**
     * Finds the end of text.
     *
     * @param idOf ids by piece
     * @param special contents of the special tokens
     * @param requested the token that the user names or a model was trained with, if any
     * @throws LimeException if the user or a file next to the tokenizer names a token that is not
     *     in the vocabulary
     */
    static EndOfText find(
            Path file, Map<String, Integer> idOf, Set<String> special, Optional<String> requested) {
        List<String> usual = new ArrayList<>(DOCUMENT_ENDS);
        usual.addAll(TURN_ENDS);
        usual.retainAll(idOf.keySet());
        Optional<String> named = requested.or(() -> fromTokenizerConfig(file));
        if (named.isPresent()) {
            if (!idOf.containsKey(named.get())) {
                throw new LimeException(
                        "[%s] the end-of-text token '%s' is not in the vocabulary, whose special tokens are %s. %s"
                                .formatted(file, named.get(), new TreeSet<>(special), HINT));
            }
            boolean evident = usual.equals(List.of(named.get())) && special.contains(named.get());
            return new EndOfText(named, "", evident);
        }
        Set<String> candidates = new LinkedHashSet<>(fromGenerationConfig(file, idOf));
        boolean fromName = candidates.isEmpty();
        if (fromName) {
            candidates.addAll(usual);
            if (usual.stream().anyMatch(special::contains)) {
                candidates.retainAll(special);
            }
        }
        if (candidates.size() > 1 && candidates.stream().anyMatch(DOCUMENT_ENDS::contains)) {
            candidates.retainAll(DOCUMENT_ENDS);
        }
        if (candidates.size() == 1) {
            String token = candidates.iterator().next();
            boolean evident = fromName && usual.size() == 1 && special.contains(token);
            return new EndOfText(Optional.of(token), "", evident);
        }
        String problem =
                candidates.isEmpty()
                        ? "no end-of-text token, expected one of %s; its special tokens are %s. %s"
                                .formatted(DOCUMENT_ENDS, new TreeSet<>(special), HINT)
                        : "ambiguous end of text, candidates are %s. %s"
                                .formatted(candidates, HINT);
        return new EndOfText(Optional.empty(), "[" + file + "] " + problem, false);
    }

    /**
     * Returns the token.
     *
     * @throws LimeException if there is none, or it is ambiguous
     */
    String required() {
        return token.orElseThrow(() -> new LimeException(problem));
    }

    /** Reads {@code eos_token}: a string, or an object with the string under {@code content}. */
    private static Optional<String> fromTokenizerConfig(Path file) {
        return sibling(file, "tokenizer_config.json")
                .map(config -> config.path("eos_token"))
                .map(token -> token.isObject() ? token.path("content") : token)
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText);
    }

    /** Reads {@code eos_token_id}: an id, or a list of ids. */
    private static List<String> fromGenerationConfig(Path file, Map<String, Integer> idOf) {
        List<String> tokens = new ArrayList<>();
        sibling(file, "generation_config.json")
                .map(config -> config.path("eos_token_id"))
                .ifPresent(
                        ids -> {
                            for (JsonNode id : ids.isArray() ? ids : List.of(ids)) {
                                idOf.entrySet().stream()
                                        .filter(
                                                entry ->
                                                        id.isInt()
                                                                && entry.getValue() == id.asInt())
                                        .map(Map.Entry::getKey)
                                        .forEach(tokens::add);
                            }
                        });
        return tokens;
    }

    private static Optional<JsonNode> sibling(Path file, String name) {
        Path sibling = file.resolveSibling(name);
        return Files.isRegularFile(sibling)
                ? Optional.of(Json.readTree(sibling))
                : Optional.empty();
    }
}
