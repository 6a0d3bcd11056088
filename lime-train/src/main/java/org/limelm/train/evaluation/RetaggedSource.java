package org.limelm.train.evaluation;

import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.train.data.SameTokens;
import org.limelm.train.data.TokenSource;

/**
 * The tokens of another source with tags from an incremental annotator, computed on demand.
 *
 * <p>Reading forwards takes one pass over each document and tags only the requested pieces; reading
 * backwards starts over at the beginning of the document. Not thread-safe.
 */
final class RetaggedSource extends SameTokens {
    /** Number of most recent pieces whose tags are kept: adjacent rows overlap by a few. */
    private static final int KEPT_PIECES = 4_096;

    private final IncrementalAnnotator annotator;
    private final SubwordTokenizer tokenizer;

    /** Tags of the pieces {@code keptFrom … annotated - 1} of the document, [feature][piece]. */
    private final int[][] kept;

    private int document = -1;
    private long keptFrom;
    private long annotated;

    /**
     * Wraps a source.
     *
     * @param annotator annotator with the source's schema; owned by this object
     */
    RetaggedSource(TokenSource source, IncrementalAnnotator annotator, SubwordTokenizer tokenizer) {
        super(source);
        this.annotator = annotator;
        this.tokenizer = tokenizer;
        this.kept = new int[source.schema().size()][KEPT_PIECES];
    }

    @Override
    public void readTags(int feature, long from, int[] into, int offset, int count) {
        for (int done = 0; done < count; ) {
            int part = Math.min(count - done, KEPT_PIECES);
            annotate(from + done, part);
            for (int i = 0; i < part; i++) {
                into[offset + done + i] = kept[feature][(int) ((from + done + i) % KEPT_PIECES)];
            }
            done += part;
        }
    }

    /** Computes the tags of a range of pieces of one document unless they are kept. */
    private void annotate(long from, int count) {
        int wanted = documentAt(from);
        if (wanted != document || from < keptFrom) {
            document = wanted;
            annotated = source.documentStart(document);
            keptFrom = annotated;
            annotator.reset();
        }
        if (from > annotated) {
            skip(from);
        }
        while (annotated < from + count) {
            int[] tags = annotator.push(piece(annotated));
            for (int f = 0; f < tags.length; f++) {
                kept[f][(int) (annotated % KEPT_PIECES)] = tags[f];
            }
            annotated++;
            keptFrom = Math.max(keptFrom, annotated - KEPT_PIECES);
        }
    }

    private void skip(long to) {
        while (annotated < to) {
            annotator.skip(piece(annotated++));
        }
        keptFrom = to;
    }

    private byte[] piece(long position) {
        int[] id = new int[1];
        source.readTokens(position, id, 0, 1);
        return tokenizer.pieceBytes(id[0]);
    }

    private int documentAt(long position) {
        int low = 0;
        int high = source.documentCount();
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (source.documentStart(middle) <= position) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public String toString() {
        return "RetaggedSource[" + source + ", document " + document + ", " + annotated + "]";
    }
}
