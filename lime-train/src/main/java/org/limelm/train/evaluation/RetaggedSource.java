package org.limelm.train.evaluation;

import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.train.data.TokenSource;

/**
 * The tokens of another source, tagged piece by piece as they are read: what an incremental
 * annotator says of each, given its document up to it.
 *
 * <p>Reading forwards costs one pass over each document that is read, of which only the pieces
 * asked for are tagged; reading backwards starts the document again. For one thread.
 */
final class RetaggedSource implements TokenSource {
    /** Tags are kept for this many pieces back: neighbouring rows overlap by a few. */
    private static final int KEPT_PIECES = 4_096;

    private final TokenSource source;
    private final IncrementalAnnotator annotator;
    private final SubwordTokenizer tokenizer;

    /** Tags of the pieces {@code keptFrom … annotated - 1} of the document, [feature][piece]. */
    private final int[][] kept;

    private int document = -1;
    private long keptFrom;
    private long annotated;

    /**
     * Tags the tokens of a source anew.
     *
     * @param annotator of the source's schema; belongs to this from now on
     */
    RetaggedSource(TokenSource source, IncrementalAnnotator annotator, SubwordTokenizer tokenizer) {
        this.source = source;
        this.annotator = annotator;
        this.tokenizer = tokenizer;
        this.kept = new int[source.schema().size()][KEPT_PIECES];
    }

    @Override
    public MetadataSchema schema() {
        return source.schema();
    }

    @Override
    public int documentCount() {
        return source.documentCount();
    }

    @Override
    public long documentStart(int document) {
        return source.documentStart(document);
    }

    @Override
    public void readTokens(long from, int[] into, int offset, int count) {
        source.readTokens(from, into, offset, count);
    }

    @Override
    public void readByteLengths(long from, int[] into, int offset, int count) {
        source.readByteLengths(from, into, offset, count);
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

    /** Ensures that the tags of some pieces of one document are kept. */
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
