package org.limelm.train.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every operator that the kernels call has a CUDA kernel, so that they run on a GPU. */
class CudaOperatorsTest {
    private static final Pattern CALL = Pattern.compile("\\btorch\\.(\\w+)\\(");
    private static final Pattern COMMENT = Pattern.compile("#.*");

    /** Constructs of TorchScript, not operators. */
    private static final Set<String> SCRIPT = Set.of("grad", "_unwrap_optional");

    @Test
    void everyOperatorOfTheKernelsRunsOnCuda() throws IOException {
        Set<String> called = new TreeSet<>();
        for (Path source : sources()) {
            String code = COMMENT.matcher(Files.readString(source)).replaceAll("");
            CALL.matcher(code).results().forEach(match -> called.add(match.group(1)));
        }
        called.removeAll(SCRIPT);
        assertThat(called).hasSizeGreaterThan(90);
        assertThat(recorded()).containsAll(called);
    }

    private static List<Path> sources() throws IOException {
        List<Path> found = new ArrayList<>();
        for (String module : List.of("lime-model", "lime-train")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/resources"))) {
                files.filter(file -> file.toString().endsWith(".py"))
                        .filter(file -> !file.toString().contains("huggingface")) // of exports
                        .forEach(found::add);
            }
        }
        return found;
    }

    private static List<String> recorded() throws IOException {
        try (var in =
                Objects.requireNonNull(
                        CudaOperatorsTest.class.getResourceAsStream("cuda-operators.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }
}
