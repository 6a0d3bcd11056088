package org.limelm.annotate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnotationCostTest {
    @TempDir private Path folder;

    @Test
    void theCostOfSeveralFoldersIsTheirSum() throws IOException {
        Path one = folder("one", new AnnotationCost(70, 100, 0.5));
        Path two = folder("two", new AnnotationCost(200, 300, 3.5));

        assertThat(AnnotationCost.ofAll(List.of(one))).contains(new AnnotationCost(70, 100, 0.5));
        AnnotationCost both = AnnotationCost.ofAll(List.of(one, two)).orElseThrow();
        assertThat(both).isEqualTo(new AnnotationCost(270, 400, 4));
        assertThat(both.coreSecondsPerToken()).isEqualTo(0.01);
    }

    @Test
    void theCostIsUnknownIfOneFolderWasNotMeasured() throws IOException {
        Path one = folder("one", new AnnotationCost(70, 100, 0.5));
        Path unmeasured = Files.createDirectories(folder.resolve("unmeasured"));

        assertThat(AnnotationCost.ofAll(List.of(one, unmeasured))).isEmpty();
        assertThat(AnnotationCost.ofAll(List.of(unmeasured, one))).isEmpty();
    }

    private Path folder(String name, AnnotationCost cost) throws IOException {
        Path shards = Files.createDirectories(folder.resolve(name));
        cost.addTo(shards);
        return shards;
    }
}
