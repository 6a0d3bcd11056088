package org.limelm.core.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.text.TaggedPieces;

/** The reference implementation of the file format reads what this one writes. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class PythonReadsShardsIT {
    private static final String READ_SHARD =
            """
            import json, sys
            from safetensors import safe_open
            with safe_open(sys.argv[1], framework="numpy") as shard:
                columns = {}
                for name in shard.keys():
                    column = shard.get_tensor(name)
                    columns[name] = {"dtype": str(column.dtype), "values": column.tolist()}
                print(json.dumps({"metadata": shard.metadata(), "columns": columns}))
            """;

    @TempDir Path folder;

    private record Output(int status, String text) {}

    private Output python(String script, String... arguments)
            throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("script.py"), script);
        Path log = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("python3", file.toString());
        builder.command().addAll(List.of(arguments));
        Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        return new Output(process.waitFor(), Files.readString(log));
    }

    @BeforeEach
    void requirePython() throws InterruptedException {
        Output found;
        try {
            found = python("import numpy, safetensors");
        } catch (IOException notStarted) {
            found = new Output(1, String.valueOf(notStarted.getMessage()));
        }
        assumeTrue(
                found.status() == 0,
                "Skipped: needs python3 with `pip install safetensors numpy`: " + found.text());
    }

    private JsonNode writeAndRead(MetadataSchema schema, int vocabulary, TaggedPieces... documents)
            throws Exception {
        Path file = folder.resolve(ShardWriter.fileName(0));
        ShardWriter.write(
                file,
                schema,
                vocabulary,
                List.of(documents).stream()
                        .map(pieces -> new ShardDocument(new DocumentName("d", "a.txt"), pieces))
                        .toList());
        Output output = python(READ_SHARD, file.toString());
        assertThat(output.status()).as(output.text()).isZero();
        return new ObjectMapper().readTree(output.text());
    }

    private static void assertColumn(JsonNode shard, String name, String dtype, int... values) {
        JsonNode column = shard.path("columns").path(name);
        assertThat(column.path("dtype").asText()).as(name).isEqualTo(dtype);
        assertThat(Json.toLine(column.path("values"))).as(name).isEqualTo(Json.toLine(values));
    }

    @Test
    void smallVocabulariesAndTagSetsAreNarrowColumns() throws Exception {
        JsonNode shard =
                writeAndRead(
                        Shards.schema(5, 300),
                        1 << 16,
                        new TaggedPieces(
                                new int[] {65_535, 0, 7},
                                new int[] {1, 65_535, 0},
                                List.of(new int[] {4, 0, 1}, new int[] {299, 256, 0})),
                        new TaggedPieces(
                                new int[] {9}, new int[] {2}, List.of(new int[] {3}, new int[1])));
        assertThat(shard.path("columns").size()).isEqualTo(5);
        assertColumn(shard, "document_starts", "int64", 0, 3, 4);
        assertColumn(shard, "tokens", "uint16", 65_535, 0, 7, 9);
        assertColumn(shard, "bytes", "uint16", 1, 65_535, 0, 2);
        assertColumn(shard, "meta.f0", "uint8", 4, 0, 1, 3);
        assertColumn(shard, "meta.f1", "uint16", 299, 256, 0, 0);
        JsonNode metadata = shard.path("metadata");
        assertThat(metadata.path("format").asText()).isEqualTo("lime-shard");
        assertThat(metadata.path("format_version").asText()).isEqualTo("1");
        assertThat(metadata.path("vocabulary_size").asText()).isEqualTo("65536");
        assertThat(metadata.path("schema_fingerprint").asText())
                .isEqualTo(Shards.schema(5, 300).fingerprint());
    }

    @Test
    void everyMetadataFeatureIsAColumn() throws Exception {
        List<String> names = List.of("pos", "ner", "shape", "position", "own");
        MetadataSchema schema =
                new MetadataSchema(
                        names.stream()
                                .map(name -> new Feature(name, List.of(Feature.NONE, "A", "B")))
                                .toList());
        List<int[]> tags = new ArrayList<>();
        for (int f = 0; f < names.size(); f++) {
            tags.add(new int[] {f % 3, (f + 1) % 3, 0});
        }
        JsonNode shard =
                writeAndRead(
                        schema,
                        100,
                        new TaggedPieces(new int[] {5, 6, 7}, new int[] {1, 1, 0}, tags));
        assertThat(shard.path("columns").size()).isEqualTo(3 + names.size());
        for (int f = 0; f < names.size(); f++) {
            assertColumn(shard, "meta." + names.get(f), "uint8", tags.get(f));
        }
    }

    @Test
    void vocabulariesAbove65536IdsAreWideColumns() throws Exception {
        JsonNode shard =
                writeAndRead(
                        Shards.schema(),
                        70_000,
                        new TaggedPieces(new int[] {69_999, 1}, new int[] {3, 0}, List.of()));
        assertThat(shard.path("columns").size()).isEqualTo(3);
        assertColumn(shard, "tokens", "uint32", 69_999, 1);
    }

    @Test
    void aShardWithoutDocumentsIsRead() throws Exception {
        JsonNode shard = writeAndRead(Shards.schema(5), 100);
        assertColumn(shard, "document_starts", "int64", 0);
        assertColumn(shard, "tokens", "uint16");
        assertColumn(shard, "meta.f0", "uint8");
    }
}
