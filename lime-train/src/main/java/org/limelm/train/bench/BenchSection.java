package org.limelm.train.bench;

import java.util.List;
import java.util.function.Consumer;

/** A part of {@code lime bench}. */
interface BenchSection {
    /**
     * Measures.
     *
     * @param progress hears what is being measured
     */
    List<Figure> run(BenchSettings settings, Consumer<String> progress);
}
