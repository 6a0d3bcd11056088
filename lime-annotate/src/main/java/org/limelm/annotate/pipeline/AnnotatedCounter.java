package org.limelm.annotate.pipeline;

/** Counts annotated texts. Thread-safe. */
interface AnnotatedCounter {
    /** Counts nothing. */
    AnnotatedCounter NONE =
            new AnnotatedCounter() {
                @Override
                public void countAnnotated(long characters, long words) {}

                @Override
                public void countReused(long characters) {}
            };

    /**
     * Counts text that was annotated in this run.
     *
     * @param characters its length in UTF-16 code units
     * @param words its linguistic tokens
     */
    void countAnnotated(long characters, long words);

    /** Counts text that an earlier run annotated, in UTF-16 code units. */
    void countReused(long characters);
}
