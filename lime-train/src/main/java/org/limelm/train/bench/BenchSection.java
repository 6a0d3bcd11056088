package org.limelm.train.bench;

import java.util.List;
import java.util.function.Consumer;

/** A section of {@code lime bench}. */
interface BenchSection {
    /**
     * Runs the measurements.
     *
     * @param progress receives a description of each measurement as it starts
     */
    List<Figure> run(BenchSettings settings, Consumer<String> progress);
}
