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
 * Which token of a vocabulary ends a document. Known, not guessed: what the user says; else {@code
 * eos_token} of a {@code tokenizer_config.json} beside the file; else {@code eos_token_id} of a
 * {@code generation_config.json} beside it; else the one token of a usual name, special tokens
 * before others. Two candidates are an error when the end of text is asked for.
 *
 * @param token the token, or empty
 * @param problem why there is none
 * @param evident whether {@code tokenizer.json} by itself leaves no other choice
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

    /** They end the turn of a dialogue: used only where nothing ends a document. */
    private static final List<String> TURN_ENDS = List.of("<|im_end|>", "<|eot_id|>");

    private static final String HINT =
            "Hint: name it with --end-of-text TOKEN, data.tokenizer.endOfText, or eos_token in a"
                    + " tokenizer_config.json beside the file";

    /**
     * Finds the end of text.
     *
     * @param idOf ids by piece
     * @param special contents of the special tokens
     * @param said the token that the user names or a model was trained with, if any
     * @throws LimeException if the user or a file beside names a token that is not in the
     *     vocabulary
     */
    static EndOfText find(
            Path file, Map<String, Integer> idOf, Set<String> special, Optional<String> said) {
        List<String> usual = new ArrayList<>(DOCUMENT_ENDS);
        usual.addAll(TURN_ENDS);
        usual.retainAll(idOf.keySet());
        Optional<String> named = said.or(() -> fromTokenizerConfig(file));
        if (named.isPresent()) {
            if (!idOf.containsKey(named.get())) {
                throw new LimeException(
                        "[%s] the end of text is said to be '%s', which is not in the vocabulary; its special tokens are %s. %s"
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
                        : "the end of text may be any of %s. %s".formatted(candidates, HINT);
        return new EndOfText(Optional.empty(), "[" + file + "] " + problem, false);
    }

    /**
     * Returns the token.
     *
     * @throws LimeException if there is none, or several could be meant
     */
    String required() {
        return token.orElseThrow(() -> new LimeException(problem));
    }

    /** A string, or an object with the string under {@code content}. */
    private static Optional<String> fromTokenizerConfig(Path file) {
        return beside(file, "tokenizer_config.json")
                .map(config -> config.path("eos_token"))
                .map(token -> token.isObject() ? token.path("content") : token)
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText);
    }

    /** An id, or a list of ids. */
    private static List<String> fromGenerationConfig(Path file, Map<String, Integer> idOf) {
        List<String> tokens = new ArrayList<>();
        beside(file, "generation_config.json")
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

    private static Optional<JsonNode> beside(Path file, String name) {
        Path sibling = file.resolveSibling(name);
        return Files.isRegularFile(sibling)
                ? Optional.of(Json.readTree(sibling))
                : Optional.empty();
    }
}
