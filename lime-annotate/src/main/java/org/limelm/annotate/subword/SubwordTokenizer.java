package org.limelm.annotate.subword;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.limelm.core.LimeException;
import org.limelm.core.io.Sha256;
import org.limelm.core.shard.TokenizerInfo;

/**
 * The subword tokenizer of a {@code tokenizer.json}, held to byte exactness: every id stands for
 * fixed bytes, and the ids of a segment stand for exactly its UTF-8.
 *
 * <p>Works with byte-level BPE (GPT-2, Llama 3, Qwen …) and with SentencePiece-like vocabularies
 * that have byte fallback (Gemma, Llama 2, Mistral …). Never adds special tokens, truncates, pads,
 * or puts a space before a text; text that spells a special token is encoded as text.
 *
 * <p>Thread-safe. Threads encode through their own {@link SubwordEncoder}. Closing frees native
 * memory and ends the use of all encoders.
 */
public final class SubwordTokenizer implements AutoCloseable {
    private static final List<String> END_OF_TEXT =
            List.of(
                    "<|endoftext|>",
                    "<|end_of_text|>",
                    "<|end\u2581of\u2581sentence|>",
                    "<\uFF5Cend\u2581of\u2581sentence\uFF5C>",
                    "</s>",
                    "<eos>",
                    "<|eos|>",
                    "[EOS]",
                    "<|im_end|>",
                    "<|eot_id|>");

    /** A word, a space before a word, capitals, digits: what no usable tokenizer may change. */
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
     * @throws LimeException if the file cannot be read, is no tokenizer, or changes plain text
     */
    public static SubwordTokenizer load(Path tokenizerJson) {
        TokenizerJson json = TokenizerJson.read(tokenizerJson);
        Map<String, String> options =
                Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
        HuggingFaceTokenizer handle;
        try {
            handle =
                    HuggingFaceTokenizer.newInstance(
                            new ByteArrayInputStream(
                                    json.segmentForm().getBytes(StandardCharsets.UTF_8)),
                            options);
        } catch (IOException | RuntimeException e) {
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
        } catch (LimeException e) {
            loaded.close();
            throw e;
        }
        return loaded;
    }

    /** Returns the number of ids: the highest id, added tokens included, plus 1. */
    public int vocabularySize() {
        return json.bytesOf().length;
    }

    /**
     * Returns the id that ends every document.
     *
     * @throws LimeException if the vocabulary has none of the usual names
     */
    public int endOfTextId() {
        for (String name : END_OF_TEXT) {
            Integer id = json.idOf().get(name);
            if (id != null) {
                return id;
            }
        }
        throw new LimeException(
                "[%s] no end-of-text token, expected one of %s; its special tokens are %s. Hint: add one of these names to added_tokens"
                        .formatted(file, END_OF_TEXT, new TreeSet<>(json.special())));
    }

    /** Returns the SHA-256 of the file, in lower-case hex. */
    public String sha256() {
        return sha256;
    }

    /**
     * Returns what shards record of the tokenizer.
     *
     * @throws LimeException if it has no end-of-text token
     */
    public TokenizerInfo info() {
        return new TokenizerInfo(sha256, vocabularySize(), endOfTextId());
    }

    /**
     * Returns the bytes that an id stands for, possibly part of a character; empty for special
     * tokens and for unused ids.
     *
     * @throws IndexOutOfBoundsException if the id is outside the vocabulary
     */
    public byte[] pieceBytes(int id) {
        return json.bytesOf()[id].clone();
    }

    /** Returns the number of bytes that an id stands for. */
    public int pieceLength(int id) {
        return json.bytesOf()[id].length;
    }

    /** Returns the text of ids; bytes that are not UTF-8 become U+FFFD, special tokens nothing. */
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

    int[] encodeNatively(String segment) {
        return toInts(tokenizer.encode(segment, false, false).getIds());
    }

    /** Tells whether ids stand for exactly a segment, each of them for at least one byte. */
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

    /** Tells whether every byte has an id of its own. */
    boolean hasByteIds() {
        return json.byteIds().length > 0;
    }

    int byteId(byte value) {
        return json.byteIds()[value & 0xFF];
    }

    LimeException inexact(String segment, int[] ids) {
        String shown = segment.length() > 60 ? segment.substring(0, 60) + "…" : segment;
        return new LimeException(
                "[%s] the segment '%s' comes back as '%s', expected the same bytes: the tokenizer normalizes text or lacks some of its characters. Hint: use a byte-level tokenizer, or one with byte fallback and without a lossy normalizer; LIME can train one"
                        .formatted(file, shown, decode(ids)));
    }

    private static int[] toInts(long[] ids) {
        int[] ints = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            ints[i] = Math.toIntExact(ids[i]);
        }
        return ints;
    }
}
