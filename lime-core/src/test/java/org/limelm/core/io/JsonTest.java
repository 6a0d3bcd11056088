package org.limelm.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataSchema;

class JsonTest {
    record Sample(int count, String name, Optional<Double> share, List<Long> sizes) {}

    record Times(Duration took, Instant at, AnnotationMode mode, MetadataSchema schema) {}

    @TempDir Path folder;

    @Test
    void aRecordIsReadAsItWasWritten() throws IOException {
        Path file = folder.resolve("a.json");
        Sample sample = new Sample(3, "é\n", Optional.of(0.1), List.of(1L << 40));
        Json.write(file, sample);
        assertThat(Json.read(file, Sample.class)).isEqualTo(sample);
        assertThat(Files.readString(file)).startsWith("{\n  \"count\" : 3,\n").endsWith("}\n");
        assertThat(Json.toLine(sample))
                .isEqualTo(
                        "{\"count\":3,\"name\":\"é\\n\",\"share\":0.1,\"sizes\":[1099511627776]}");
    }

    @Test
    void timesModesAndSchemasAreReadable() {
        Times times =
                new Times(
                        Duration.ofSeconds(90),
                        Instant.ofEpochSecond(0),
                        AnnotationMode.CAUSAL,
                        MetadataSchema.EMPTY);
        String line =
                "{\"took\":\"PT1M30S\",\"at\":\"1970-01-01T00:00:00Z\",\"mode\":\"causal\",\"schema\":{\"features\":[]}}";
        assertThat(Json.toLine(times)).isEqualTo(line);
        assertThat(Json.parse(line, Times.class, "test")).isEqualTo(times);
    }

    @Test
    void aMissingOptionalIsEmpty() {
        assertThat(Json.parse("{\"count\":1,\"name\":\"\",\"sizes\":[]}", Sample.class, "test"))
                .isEqualTo(new Sample(1, "", Optional.empty(), List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"name\":\"\",\"sizes\":[]}",
                "{\"count\":null,\"name\":\"\",\"sizes\":[]}",
                "{\"count\":1.5,\"name\":\"\",\"sizes\":[]}",
                "{\"count\":1,\"sizes\":[]}",
                "{\"count\":1,\"name\":\"\",\"sizes\":[],\"more\":1}",
                "{\"count\":1,\"count\":2,\"name\":\"\",\"sizes\":[]}",
                "{\"count\":1,\"name\":\"\",\"sizes\":[]} {}",
            })
    void jsonOfAnotherTypeIsRejected(String json) throws IOException {
        Path file = folder.resolve("a.json");
        Files.writeString(file, json);
        assertThatThrownBy(() -> Json.read(file, Sample.class))
                .isInstanceOf(LimeException.class)
                .hasMessageStartingWith("[" + file);
    }
}
