package org.limelm.annotate.subword;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.limelm.annotate.internal.cache.WordCache;
import org.limelm.core.LimeException;

/**
 * Encodes segments of text, and caches the results of short ones: words repeat, and a native call
 * is far more expensive than a lookup. For use by one thread; the cache is bounded.
 *
 * <p>If the tokenizer alone does not reproduce a segment's bytes (a normalizer that composes
 * characters, a literal U+2581), the segment is split in half recursively until its parts are
 * reproduced; a single character that is not is encoded byte by byte, if the vocabulary has all
 * bytes.
 */
public final class SubwordEncoder {
    private static final int CACHED_SEGMENTS = 1 << 17;
    private static final int MAX_CACHED_CHARS = 64;

    private final SubwordTokenizer tokenizer;
    private final WordCache<int[]> cache = new WordCache<>(CACHED_SEGMENTS);

    SubwordEncoder(SubwordTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** Returns the tokenizer. */
    public SubwordTokenizer tokenizer() {
        return tokenizer;
    }

    /**
     * Encodes a segment, without adding special tokens or truncating.
     *
     * @return ids, each of at least one byte, that represent exactly the segment's UTF-8; must not
     *     be modified, because the array is cached
     * @throws LimeException if the tokenizer cannot reproduce the segment's bytes, or the segment
     *     contains a lone surrogate
     */
    public int[] encode(String segment) {
        int[] cached = cache.get(segment);
        if (cached != null) {
            return cached;
        }
        int[] ids = encodeUncached(segment);
        if (segment.length() <= MAX_CACHED_CHARS) {
            cache.put(segment, ids);
        }
        return ids;
    }

    private int[] encodeUncached(String segment) {
        if (segment.isEmpty()) {
            return new int[0];
        }
        requireUnicode(segment);
        if (tokenizer.specialText().isIn(segment)) {
            return join(tokenizer.specialText().cut(segment).stream().map(this::exact).toList());
        }
        return exact(segment);
    }

    private int[] exact(String part) {
        int[] ids = tokenizer.encodeNatively(part);
        if (tokenizer.isExact(ids, part)) {
            return ids;
        }
        if (!tokenizer.hasByteIds()) {
            throw tokenizer.inexact(part, ids);
        }
        if (part.codePointCount(0, part.length()) > 1) {
            int cut = cutNearMiddle(part);
            return join(List.of(exact(part.substring(0, cut)), exact(part.substring(cut))));
        }
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        int[] byteIds = new int[bytes.length];
        Arrays.setAll(byteIds, i -> tokenizer.byteId(bytes[i]));
        return byteIds;
    }

    /**
     * Returns a position inside a text of several characters, before a space if there is one
     * nearby.
     */
    private static int cutNearMiddle(String part) {
        int middle = part.offsetByCodePoints(0, part.codePointCount(0, part.length()) / 2);
        int space = part.lastIndexOf(' ', middle);
        return space > part.length() / 4 ? space : middle;
    }

    private static int[] join(List<int[]> parts) {
        return parts.stream().flatMapToInt(Arrays::stream).toArray();
    }

    private void requireUnicode(String segment) {
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < segment.length()
                    && Character.isLowSurrogate(segment.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new LimeException(
                        "[%s] lone surrogate U+%04X in the text, expected valid Unicode. Hint: replace lone surrogates by U+FFFD"
                                .formatted(tokenizer, (int) c));
            }
        }
    }
}
