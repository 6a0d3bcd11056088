package org.limelm.annotate.full;

import org.limelm.annotate.internal.cache.WordCache;

/**
 * Remembers the tokens of the most recent runs: they depend on the run alone. For use by one
 * thread.
 */
final class CachedTokenDetector implements TokenDetector {
    private static final int CACHED_RUNS = 1 << 16;
    private static final int MAX_CACHED_CHARS = 64;

    private static final int[] WHOLE = {};

    private final TokenDetector detector;
    private final WordCache<int[]> cache = new WordCache<>(CACHED_RUNS);

    CachedTokenDetector(TokenDetector detector) {
        this.detector = detector;
    }

    @Override
    public int[] starts(String run) {
        int[] starts = cache.get(run);
        if (starts == null) {
            starts = detector.starts(run);
            starts = starts.length == 0 ? WHOLE : starts; // the usual case shares one array
            if (run.length() <= MAX_CACHED_CHARS) {
                cache.put(run, starts);
            }
        }
        return starts;
    }
}
