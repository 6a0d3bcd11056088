package org.limelm.annotate.align;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.stream.IntStream;
import org.limelm.annotate.subword.SubwordEncoder;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.text.Alignment;
import org.limelm.core.text.LinguisticToken;

/**
 * Splits a text into subword pieces and maps each to its linguistic token. For use by one thread,
 * like its encoder. Runs in time linear in the length of the text.
 */
public final class Aligner {
    /**
     * Maximum number of UTF-16 code units of text outside linguistic tokens that are encoded at
     * once.
     */
    private static final int MAX_GAP_CHARS = 1 << 10;

    /**
     * Maximum number of UTF-16 code units of plain text that are encoded at once: at most 64 KiB of
     * UTF-8, except for rare scripts.
     */
    private static final int MAX_CHUNK_CHARS = 1 << 14;

    private final SubwordEncoder encoder;

    /** Creates an aligner that uses an encoder of the same thread. */
    public Aligner(SubwordEncoder encoder) {
        this.encoder = encoder;
    }

    /**
     * Aligns a text in the given way.
     *
     * @throws IllegalArgumentException if the tokens are not ordered and disjoint spans of whole
     *     characters inside the text
     * @throws org.limelm.core.LimeException if the tokenizer cannot reproduce the text's bytes
     */
    public AlignedPieces align(Alignment alignment, String text, List<LinguisticToken> tokens) {
        return switch (alignment) {
            case LINGUISTIC -> withinWords(text, tokens);
            case PLAIN -> byOffsets(text, tokens);
        };
    }

    /**
     * Runs the subword tokenizer inside each linguistic token, so that no piece crosses a token
     * boundary. A single preceding space is encoded with the token; all other text outside tokens
     * is encoded separately and belongs to no token.
     *
     * @param tokens ordered, disjoint spans of whole characters
     * @throws IllegalArgumentException if the tokens are invalid
     * @throws org.limelm.core.LimeException if the tokenizer cannot reproduce the text's bytes
     */
    public AlignedPieces withinWords(String text, List<LinguisticToken> tokens) {
        requireOrdered(text, tokens);
        List<String> segments = new ArrayList<>(tokens.size() + 16);
        IntColumn owners = new IntColumn();
        int at = 0;
        for (int i = 0; i < tokens.size(); i++) {
            LinguisticToken token = tokens.get(i);
            boolean spaced = token.start() > at && text.charAt(token.start() - 1) == ' ';
            int start = spaced ? token.start() - 1 : token.start();
            addGap(text, at, start, segments, owners);
            segments.add(text.substring(start, token.end()));
            owners.add(i);
            at = token.end();
        }
        addGap(text, at, text.length(), segments, owners);

        Columns columns = new Columns(encoder.tokenizer());
        for (int s = 0; s < segments.size(); s++) {
            for (int id : encoder.encode(segments.get(s))) {
                columns.add(id, owners.get(s));
            }
        }
        return columns.toPieces();
    }

    /**
     * Runs the subword tokenizer on the plain text, and assigns each piece to the linguistic token
     * with which it shares the most bytes; ties go to the first token.
     *
     * @param tokens ordered, disjoint spans of whole characters
     * @throws IllegalArgumentException if the tokens are invalid
     * @throws org.limelm.core.LimeException if the tokenizer cannot reproduce the text's bytes
     */
    public AlignedPieces byOffsets(String text, List<LinguisticToken> tokens) {
        requireOrdered(text, tokens);
        List<String> chunks = new ArrayList<>();
        for (int at = 0; at < text.length(); ) {
            int end = TextCuts.chunkEnd(text, at, MAX_CHUNK_CHARS);
            chunks.add(text.substring(at, end));
            at = end;
        }
        return byOffsets(
                chunks.stream().flatMapToInt(chunk -> IntStream.of(encoder.encode(chunk))),
                text,
                tokens);
    }

    /**
     * Assigns pieces that are already split, as by another program, to the linguistic token with
     * which each shares the most bytes; ties go to the first token. In alignment {@code
     * LINGUISTIC}, a single space before a token belongs to it, as in {@link #withinWords}.
     *
     * @param ids pieces whose bytes are the text's UTF-8
     * @param tokens ordered, disjoint spans of whole characters
     * @throws IllegalArgumentException if the tokens are invalid
     */
    public AlignedPieces assign(
            Alignment alignment, int[] ids, String text, List<LinguisticToken> tokens) {
        requireOrdered(text, tokens);
        return byOffsets(
                IntStream.of(ids),
                text,
                alignment == Alignment.LINGUISTIC ? withSpaces(text, tokens) : tokens);
    }

    private static List<LinguisticToken> withSpaces(String text, List<LinguisticToken> tokens) {
        List<LinguisticToken> wider = new ArrayList<>(tokens.size());
        int at = 0;
        for (LinguisticToken token : tokens) {
            boolean spaced = token.start() > at && text.charAt(token.start() - 1) == ' ';
            int start = spaced ? token.start() - 1 : token.start();
            wider.add(new LinguisticToken(start, token.end(), token.tagIds()));
            at = token.end();
        }
        return wider;
    }

    private AlignedPieces byOffsets(IntStream ids, String text, List<LinguisticToken> tokens) {
        ByteSpans spans = new ByteSpans(text, tokens);
        Columns columns = new Columns(encoder.tokenizer());
        long at = 0;
        for (PrimitiveIterator.OfInt pieces = ids.iterator(); pieces.hasNext(); ) {
            int id = pieces.nextInt();
            long end = at + encoder.tokenizer().pieceLength(id);
            columns.add(id, spans.bestOverlap(at, end));
            at = end;
        }
        return columns.toPieces();
    }

    private static void addGap(
            String text, int from, int to, List<String> segments, IntColumn owners) {
        for (int at = from; at < to; ) {
            int end =
                    to - at <= MAX_GAP_CHARS ? to : TextCuts.characterEnd(text, at + MAX_GAP_CHARS);
            segments.add(text.substring(at, end));
            owners.add(AlignedPieces.NO_TOKEN);
            at = end;
        }
    }

    private static void requireOrdered(String text, List<LinguisticToken> tokens) {
        int at = 0;
        for (LinguisticToken token : tokens) {
            if (token.start() < at
                    || token.end() > text.length()
                    || TextCuts.characterEnd(text, token.start()) != token.start()
                    || TextCuts.characterEnd(text, token.end()) != token.end()) {
                throw new IllegalArgumentException(
                        "Token %d..%d after %d in a text of %d: expected ordered, disjoint spans of whole characters"
                                .formatted(token.start(), token.end(), at, text.length()));
            }
            at = token.end();
        }
    }

    /** A growing column of ints. */
    private static final class IntColumn {
        private int[] values = new int[64];
        private int size;

        void add(int value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }

        int get(int index) {
            return values[index];
        }

        int[] toArray() {
            return Arrays.copyOf(values, size);
        }
    }

    /** The growing columns of a result. */
    private static final class Columns {
        private final SubwordTokenizer tokenizer;
        private final IntColumn ids = new IntColumn();
        private final IntColumn byteLengths = new IntColumn();
        private final IntColumn owners = new IntColumn();

        Columns(SubwordTokenizer tokenizer) {
            this.tokenizer = tokenizer;
        }

        void add(int id, int owner) {
            ids.add(id);
            byteLengths.add(tokenizer.pieceLength(id));
            owners.add(owner);
        }

        AlignedPieces toPieces() {
            return new AlignedPieces(ids.toArray(), byteLengths.toArray(), owners.toArray());
        }
    }
}
