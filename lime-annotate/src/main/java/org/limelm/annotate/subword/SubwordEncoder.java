package org.limelm.annotate.subword;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.limelm.core.LimeException;

/**
 * Encodes segments of text, and remembers the short ones: words repeat, and a native call costs far
 * more than a look-up. Belongs to one thread; the cache is bounded.
 *
 * <p>Where the tokenizer by itself would not give a segment's bytes back (a normalizer that
 * composes characters, a literal U+2581), the segment is encoded character by character, and a
 * character that still fails byte by byte, if the vocabulary has all bytes.
 */
public final class SubwordEncoder {
    private static final int CACHED_SEGMENTS = 1 << 17;
    private static final int MAX_CACHED_LENGTH = 64;
    private static final int BATCH = 256;

    private final SubwordTokenizer tokenizer;
    private final WordCache cache = new WordCache(CACHED_SEGMENTS);

    SubwordEncoder(SubwordTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** Returns the tokenizer. */
    public SubwordTokenizer tokenizer() {
        return tokenizer;
    }

    /**
     * Encodes a segment. No special token is added, nothing is cut off.
     *
     * @return ids, each of at least one byte, that stand for exactly the segment's UTF-8; not to be
     *     changed, as the cache holds it
     * @throws LimeException if the tokenizer cannot give the segment's bytes back, or the segment
     *     has a surrogate without its other half
     */
    public int[] encode(String segment) {
        int[] cached = cache.get(segment);
        return cached != null ? cached : remember(segment, encodeAnew(segment, null));
    }

    /**
     * Encodes segments, those that are not in the cache in batches. The result is that of {@link
     * #encode} on each.
     *
     * @throws LimeException as {@link #encode}
     */
    public List<int[]> encodeAll(List<String> segments) {
        Map<String, int[]> found = new HashMap<>();
        Set<String> missing = new LinkedHashSet<>();
        for (String segment : segments) {
            int[] cached = cache.get(segment);
            if (cached != null) {
                found.put(segment, cached);
            } else {
                missing.add(segment);
            }
        }
        List<String> all = new ArrayList<>(missing);
        for (int from = 0; from < all.size(); from += BATCH) {
            List<String> batch = all.subList(from, Math.min(all.size(), from + BATCH));
            int[][] ids = tokenizer.encodeNatively(batch);
            for (int i = 0; i < ids.length; i++) {
                String segment = batch.get(i);
                found.put(segment, remember(segment, encodeAnew(segment, ids[i])));
            }
        }
        List<int[]> result = new ArrayList<>(segments.size());
        for (String segment : segments) {
            result.add(found.getOrDefault(segment, new int[0]));
        }
        return result;
    }

    private int[] remember(String segment, int[] ids) {
        if (segment.length() <= MAX_CACHED_LENGTH) {
            cache.put(segment, ids);
        }
        return ids;
    }

    private int[] encodeAnew(String segment, int @Nullable [] encoded) {
        if (segment.isEmpty()) {
            return new int[0];
        }
        requireUnicode(segment);
        if (tokenizer.specialText().isIn(segment)) {
            return join(tokenizer.specialText().cut(segment).stream().map(this::exact).toList());
        }
        return encoded != null && tokenizer.isExact(encoded, segment) ? encoded : exact(segment);
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
            return join(part.codePoints().mapToObj(Character::toString).map(this::exact).toList());
        }
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        int[] byteIds = new int[bytes.length];
        Arrays.setAll(byteIds, i -> tokenizer.byteId(bytes[i]));
        return byteIds;
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
                        "[%s] the surrogate U+%04X stands alone in the text, expected valid Unicode. Hint: replace lone surrogates by U+FFFD"
                                .formatted(tokenizer, (int) c));
            }
        }
    }
}
