package org.limelm.annotate.subword;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.util.Utils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.limelm.core.LimeException;
import org.limelm.core.io.NativeFailure;
import org.limelm.core.io.Sha256;
import org.limelm.core.shard.TokenizerInfo;

/**
 * The subword tokenizer of a {@code tokenizer.json}, checked for byte exactness: every id
 * represents fixed bytes, and the ids of a segment represent exactly its UTF-8.
 *
 * <p>Supports byte-level BPE (GPT-2, Llama 3, Qwen …) and SentencePiece-like vocabularies with byte
 * fallback (Gemma, Llama 2, Mistral …). Never adds special tokens, truncates, pads, or prepends a
 * space; text that spells a special token is encoded as text.
 *
 * <p>Thread-safe; each thread encodes with its own {@link SubwordEncoder}. Closing frees native
 * memory and invalidates all encoders.
 */
public final class SubwordTokenizer implements AutoCloseable {
    /**
     * A word, a space before a word, capitals and digits, which a usable tokenizer must not change.
     */
    private static final List<String> PROBES = List.of("Abc", " Abc", "42", " x.");

    private final Path file;
    private final String sha256;
    private final TokenizerJson json;
    private final SpecialText specialText;
    private final HuggingFaceTokenizer tokenizer;

    private SubwordTokenizer(Path file, TokenizerJson json, HuggingFaceTokenizer tokenizer) {
        this.file = file;
        this.sha256 = Sha256.ofFile(file);
        this.json = json;
        this.specialText = SpecialText.of(json);
        this.tokenizer = tokenizer;
    }

    /**
     * Loads a tokenizer.
     *
     * @param tokenizerJson file in the format of HuggingFace tokenizers
     * @throws LimeException if the file cannot be read, is not a tokenizer, or changes plain text
     */
    public static SubwordTokenizer load(Path tokenizerJson) {
        return load(tokenizerJson, Optional.empty());
    }

    /**
     * Loads a tokenizer with a given end of text.
     *
     * @param endOfText the token that ends documents; if empty, {@code eos_token} of a {@code
     *     tokenizer_config.json} or {@code eos_token_id} of a {@code generation_config.json} next
     *     to the file, or else the special token with a usual name
     * @throws LimeException if the file cannot be read, is not a tokenizer, changes plain text, or
     *     has no such token
     */
    public static SubwordTokenizer load(Path tokenizerJson, Optional<String> endOfText) {
        return build(tokenizerJson, TokenizerJson.read(tokenizerJson, idOf -> endOfText));
    }

    /**
     * Loads the tokenizer of shards or of a model, which record their end-of-text id.
     *
     * @throws LimeException if the file cannot be read, is not a tokenizer, changes plain text, or
     *     has no such id
     */
    public static SubwordTokenizer load(Path tokenizerJson, int endOfTextId) {
        return build(
                tokenizerJson,
                TokenizerJson.read(
                        tokenizerJson,
                        idOf -> Optional.of(piece(tokenizerJson, idOf, endOfTextId))));
    }

    private static String piece(Path file, Map<String, Integer> idOf, int id) {
        return idOf.entrySet().stream()
                .filter(entry -> entry.getValue() == id)
                .map(Map.Entry::getKey)
                .min(Comparator.naturalOrder())
                .orElseThrow(
                        () ->
                                new LimeException(
                                        "[%s] no piece with id %d, the end of text of the shards or the model. Hint: is it their tokenizer?"
                                                .formatted(file, id)));
    }

    private static SubwordTokenizer build(Path tokenizerJson, TokenizerJson json) {
        Map<String, String> options =
                Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
        HuggingFaceTokenizer handle;
        try {
            handle =
                    HuggingFaceTokenizer.newInstance(
                            new ByteArrayInputStream(
                                    json.segmentForm().getBytes(StandardCharsets.UTF_8)),
                            options);
        } catch (LinkageError e) {
            throw NativeFailure.explain(e).orElseThrow(() -> e);
        } catch (IOException | RuntimeException e) {
            if (isOfLibrary(e)) {
                throw NativeFailure.explain(e, Utils.getEngineCacheDir("tokenizers"));
            }
            throw new LimeException(
                    "[%s] the tokenizer cannot be built: %s. Hint: is it a complete tokenizer.json?"
                            .formatted(tokenizerJson, e.getMessage()),
                    e);
        }
        SubwordTokenizer loaded = new SubwordTokenizer(tokenizerJson, json, handle);
        try {
            for (String probe : PROBES) {
                if (!loaded.isExact(loaded.encodeNatively(probe), probe)) {
                    throw loaded.inexact(probe, loaded.encodeNatively(probe));
                }
            }
        } catch (RuntimeException e) {
            loaded.close();
            throw e;
        }
        return loaded;
    }

    /** Returns whether the native library failed rather than the tokenizer; its log says why. */
    private static boolean isOfLibrary(Exception error) {
        return error instanceof EngineException
                && String.valueOf(error.getMessage()).startsWith("Failed to load");
    }

    /** Returns the number of ids: the highest id, added tokens included, plus 1. */
    public int vocabularySize() {
        return json.bytesOf().length;
    }

    /**
     * Returns the token that ends every document. Text that spells it is encoded as text.
     *
     * @throws LimeException if there is none, or it is ambiguous
     */
    public String endOfText() {
        return json.endOfText().required();
    }

    /**
     * Returns the id that ends every document.
     *
     * @throws LimeException if there is none, or it is ambiguous
     */
    public int endOfTextId() {
        return Objects.requireNonNull(json.idOf().get(endOfText()));
    }

    /**
     * Returns whether the file alone determines the end of text, without the user or other files.
     */
    public boolean isEndOfTextEvident() {
        return json.endOfText().evident();
    }

    /** Returns the SHA-256 of the file, in lower-case hex. */
    public String sha256() {
        return sha256;
    }

    /**
     * Returns what shards record about the tokenizer.
     *
     * @throws LimeException if it has no end-of-text token
     */
    public TokenizerInfo info() {
        return new TokenizerInfo(sha256, vocabularySize(), endOfTextId());
    }

    /**
     * Returns the bytes that an id represents, possibly part of a character; empty for special
     * tokens and for unused ids.
     *
     * @throws IndexOutOfBoundsException if the id is outside the vocabulary
     */
    public byte[] pieceBytes(int id) {
        return json.bytesOf()[id].clone();
    }

    /** Returns the number of bytes that an id represents. */
    public int pieceLength(int id) {
        return json.bytesOf()[id].length;
    }

    /**
     * Returns the text of ids; bytes that are not UTF-8 become U+FFFD, special tokens are omitted.
     */
    public String decode(int[] ids) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(ids.length * 4);
        for (int id : ids) {
            bytes.writeBytes(json.bytesOf()[id]);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Returns an encoder, for one thread. */
    public SubwordEncoder newEncoder() {
        return new SubwordEncoder(this);
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    @Override
    public String toString() {
        return file + " (" + vocabularySize() + " ids)";
    }

    SpecialText specialText() {
        return specialText;
    }

    /**
     * Returns the ids from the native tokenizer; empty if it fails and every byte has its own id.
     */
    int[] encodeNatively(String segment) {
        try {
            return toInts(tokenizer.encode(segment, false, false).getIds());
        } catch (RuntimeException e) {
            if (hasByteIds()) {
                return new int[0]; // not exact, so the segment is encoded byte by byte
            }
            throw new LimeException(
                    "[%s] the segment '%s' cannot be encoded: %s. Hint: does the vocabulary have an unknown token, and a piece for each character of the segment?"
                            .formatted(file, shown(segment), e.getMessage()),
                    e);
        }
    }

    private static String shown(String segment) {
        return segment.length() > 60 ? segment.substring(0, 60) + "…" : segment;
    }

    /** Returns whether the ids represent exactly a segment, each of them at least one byte. */
    boolean isExact(int[] ids, String segment) {
        byte[] expected = segment.getBytes(StandardCharsets.UTF_8);
        int at = 0;
        for (int id : ids) {
            byte[] piece = id < json.bytesOf().length ? json.bytesOf()[id] : new byte[0];
            int end = at + piece.length;
            if (piece.length == 0
                    || end > expected.length
                    || !Arrays.equals(piece, 0, piece.length, expected, at, end)) {
                return false;
            }
            at = end;
        }
        return at == expected.length;
    }

    /** Returns whether every byte has its own id. */
    boolean hasByteIds() {
        return json.byteIds().length > 0;
    }

    int byteId(byte value) {
        return json.byteIds()[value & 0xFF];
    }

    LimeException inexact(String segment, int[] ids) {
        return new LimeException(
                "[%s] the segment '%s' is decoded as '%s', expected the same bytes: the tokenizer normalizes text or lacks some characters. Hint: use a byte-level tokenizer, or one with byte fallback and without a lossy normalizer; LIME can train one"
                        .formatted(file, shown(segment), shown(decode(ids))));
    }

    private static int[] toInts(long[] ids) {
        int[] ints = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            ints[i] = Math.toIntExact(ids[i]);
        }
        return ints;
    }
}
