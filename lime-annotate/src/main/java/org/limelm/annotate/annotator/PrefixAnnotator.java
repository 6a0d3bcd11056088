package org.limelm.annotate.annotator;

import java.util.ArrayList;
import java.util.List;
import org.limelm.core.text.DocumentFields;
import org.limelm.core.text.LinguisticToken;
import org.limelm.core.text.Utf8Stream;

/**
 * Tags a growing text with a whole-sentence tagger: for every piece, the tagger runs on the text so
 * far, and the piece gets the tags of the last piece. This is what a model trained on full
 * annotation sees during generation. Slow: one run of the tagger per piece.
 *
 * <p>The tagger sees the paragraph so far, limited to about the last {@value #WINDOW_CHARS} UTF-16
 * code units. A paragraph ends at an empty line. Forks share the tagger, so they must be used by
 * the same thread.
 */
public final class PrefixAnnotator implements IncrementalAnnotator {
    private static final int WINDOW_CHARS = 2_000;

    private final LinguisticAnnotator annotator;
    private final int features;
    private Utf8Stream utf8;
    private final StringBuilder window;

    /** Index in the window after the characters that each of its pieces completes. */
    private final List<Integer> pieceEnds;

    /**
     * Creates an annotator at the start of a document.
     *
     * @param features number of features of the annotator's schema
     */
    public PrefixAnnotator(LinguisticAnnotator annotator, int features) {
        this(annotator, features, new Utf8Stream(), new StringBuilder(), List.of());
    }

    private PrefixAnnotator(
            LinguisticAnnotator annotator,
            int features,
            Utf8Stream utf8,
            StringBuilder window,
            List<Integer> pieceEnds) {
        this.annotator = annotator;
        this.features = features;
        this.utf8 = utf8;
        this.window = window;
        this.pieceEnds = new ArrayList<>(pieceEnds);
    }

    @Override
    public void reset() {
        utf8 = new Utf8Stream();
        clearWindow();
    }

    private void clearWindow() {
        window.setLength(0);
        pieceEnds.clear();
    }

    @Override
    public int[] push(byte[] piece) {
        boolean wordAdded = append(piece);
        if (!wordAdded && (!utf8.isInsideCharacter() || piece.length == 0 || endsInSpace())) {
            return new int[features];
        }
        String text = window.toString();
        List<LinguisticToken> tokens = annotator.annotateLastSentence(text);
        int[] tags = new int[features];
        if (!tokens.isEmpty()) {
            int last = pieceEnds.size() - 1;
            List<int[]> columns = new ArrayList<>();
            for (int f = 0; f < features; f++) {
                columns.add(new int[last + 1]);
            }
            annotator.tagPieces(view(text, tokens), columns);
            for (int f = 0; f < features; f++) {
                tags[f] = columns.get(f)[last];
            }
        }
        return tags;
    }

    /**
     * Returns the window with its pieces, each of which belongs to the last word that it shares.
     */
    private AnnotatedText view(String text, List<LinguisticToken> tokens) {
        int[] ends = pieceEnds.stream().mapToInt(Integer::intValue).toArray();
        int[] words = new int[ends.length];
        int word = 0;
        for (int i = 0; i < ends.length; i++) {
            int start = i == 0 ? 0 : ends[i - 1];
            while (word + 1 < tokens.size() && tokens.get(word + 1).start() < ends[i]) {
                word++;
            }
            LinguisticToken token = tokens.get(word);
            boolean inside =
                    token.start() < ends[i] && (token.end() > start || token.end() == ends[i]);
            words[i] = inside ? word : AnnotatedText.NO_WORD;
        }
        return new AnnotatedText(
                text, tokens, ends, words, () -> annotator.sentences(text), DocumentFields.NONE);
    }

    @Override
    public void skip(byte[] piece) {
        append(piece);
    }

    /** Appends a piece to the window; returns whether it has a character that is not a space. */
    private boolean append(byte[] piece) {
        String added = utf8.push(piece);
        boolean wordAdded = false;
        for (int i = 0; i < added.length(); i++) {
            char c = added.charAt(i);
            // An empty line closes the paragraph only when a word follows it: the piece ".\n\n"
            // is still tagged by the sentence that it ends.
            if (!isSpace(c)) {
                wordAdded = true;
                if (endsInEmptyLine()) {
                    clearWindow();
                }
            }
            window.append(c);
        }
        pieceEnds.add(window.length());
        shorten();
        return wordAdded;
    }

    @Override
    public PrefixAnnotator fork() {
        return new PrefixAnnotator(
                annotator, features, utf8.fork(), new StringBuilder(window), pieceEnds);
    }

    private boolean endsInSpace() {
        return window.isEmpty() || isSpace(window.charAt(window.length() - 1));
    }

    private boolean endsInEmptyLine() {
        int lineBreaks = 0;
        for (int i = window.length() - 1; i >= 0 && isSpace(window.charAt(i)); i--) {
            lineBreaks += window.charAt(i) == '\n' ? 1 : 0;
        }
        return lineBreaks >= 2;
    }

    /** Drops the older half of a full window, up to the end of a sentence or else a space. */
    private void shorten() {
        while (window.length() > WINDOW_CHARS) {
            int half = window.length() - WINDOW_CHARS / 2;
            int space = -1;
            int cut = -1;
            for (int i = half; i > half - WINDOW_CHARS / 4 && cut < 0; i--) {
                if (isSpace(window.charAt(i))) {
                    space = space < 0 ? i + 1 : space;
                    cut = ".!?".indexOf(window.charAt(i - 1)) >= 0 ? i + 1 : -1;
                }
            }
            int end = cut >= 0 ? cut : space >= 0 ? space : half;
            boolean inside = Character.isLowSurrogate(window.charAt(end));
            drop(inside ? end + 1 : end);
        }
    }

    /** Drops the beginning of the window, and the pieces that end there. */
    private void drop(int chars) {
        window.delete(0, chars);
        pieceEnds.removeIf(end -> end <= chars);
        pieceEnds.replaceAll(end -> end - chars);
    }

    /**
     * Returns whether linguistic annotators treat a character as whitespace, which includes
     * no-break spaces.
     */
    private static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }
}
