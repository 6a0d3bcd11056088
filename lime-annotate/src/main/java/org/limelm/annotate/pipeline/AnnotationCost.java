package org.limelm.annotate.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.limelm.core.io.Json;

/**
 * The measured cost of annotation, written next to the shards as {@code annotation-cost.json}. It
 * is not part of the manifest, which does not depend on the machine.
 *
 * @param words linguistic tokens whose annotation was measured
 * @param tokens their subword pieces
 * @param cpuSeconds processor time that their annotation took, over all threads
 */
public record AnnotationCost(long words, long tokens, double cpuSeconds) {
    /** Name of the file in a folder of shards. */
    public static final String FILE = "annotation-cost.json";

    /** Returns the processor time per subword piece, in core-seconds. */
    public double coreSecondsPerToken() {
        return cpuSeconds / tokens;
    }

    /**
     * Returns the cost of a folder's annotation; empty if it was not measured.
     *
     * @throws org.limelm.core.LimeException if the file is damaged
     */
    public static Optional<AnnotationCost> find(Path shards) {
        Path file = shards.resolve(FILE);
        return Files.exists(file)
                ? Optional.of(Json.read(file, AnnotationCost.class))
                        .filter(cost -> cost.tokens() > 0)
                : Optional.empty();
    }

    /**
     * Returns the sum over folders; empty if the annotation of one of them was not measured.
     *
     * @param shards the folders, at least one
     * @throws org.limelm.core.LimeException if a file is damaged
     */
    public static Optional<AnnotationCost> ofAll(List<Path> shards) {
        Optional<AnnotationCost> sum = find(shards.get(0));
        for (Path folder : shards.subList(1, shards.size())) {
            Optional<AnnotationCost> next = find(folder);
            sum = sum.flatMap(before -> next.map(before::plus));
        }
        return sum;
    }

    private AnnotationCost plus(AnnotationCost other) {
        return new AnnotationCost(
                words + other.words, tokens + other.tokens, cpuSeconds + other.cpuSeconds);
    }

    /** Adds the cost of further shards to a folder's measurement. */
    void addTo(Path shards) {
        if (tokens > 0) {
            Json.write(shards.resolve(FILE), find(shards).map(this::plus).orElse(this));
        }
    }
}
