package org.limelm.annotate.opennlp;

import opennlp.tools.tokenize.TokenizerME;
import opennlp.tools.tokenize.TokenizerModel;
import opennlp.tools.util.Span;
import org.limelm.annotate.internal.cache.WordCache;

/**
 * Splits runs without whitespace into tokens. The tokens of a run depend on the run alone, so those
 * of frequent runs are cached. For use by one thread.
 */
final class RunTokenizer {
    private static final int CACHED_RUNS = 1 << 16;
    private static final int MAX_CACHED_CHARS = 64;

    private static final int[] WHOLE = {};

    private final TokenizerME tokenizer;
    private final WordCache<int[]> cache = new WordCache<>(CACHED_RUNS);

    RunTokenizer(TokenizerModel model) {
        this.tokenizer = new TokenizerME(model);
    }

    /**
     * Returns where tokens begin inside a run, except for the first one at 0.
     *
     * @param run without whitespace
     * @return ascending UTF-16 indices; must not be modified
     */
    int[] starts(String run) {
        int[] starts = cache.get(run);
        if (starts == null) {
            starts = find(run);
            if (run.length() <= MAX_CACHED_CHARS) {
                cache.put(run, starts);
            }
        }
        return starts;
    }

    private int[] find(String run) {
        Span[] tokens = tokenizer.tokenizePos(run);
        if (tokens.length < 2) {
            return WHOLE; // the usual case shares one array
        }
        int[] starts = new int[tokens.length - 1];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = tokens[i + 1].getStart();
        }
        return starts;
    }
}
