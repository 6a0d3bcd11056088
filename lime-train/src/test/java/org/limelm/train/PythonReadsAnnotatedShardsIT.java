package org.limelm.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.feature.FeatureAnnotators;
import org.limelm.annotate.feature.FeatureSpec;
import org.limelm.annotate.pipeline.AnnotateJob;
import org.limelm.annotate.pipeline.AnnotatePipeline;
import org.limelm.annotate.subword.BpeTrainer;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.train.inspect.DecodedDocument;
import org.limelm.train.inspect.ShardTexts;

/** Reads the tags of annotated shards, one column per feature, with nothing but their files. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PythonReadsAnnotatedShardsIT {
    private static final String READ =
            """
            import json, os, sys
            from safetensors import safe_open
            folder = sys.argv[1]
            manifest = json.load(open(os.path.join(folder, "manifest.json")))
            features = manifest["schema"]["features"]
            tags = {feature["name"]: [] for feature in features}
            for shard in manifest["shards"]:
                with safe_open(os.path.join(folder, shard["file"]), framework="numpy") as columns:
                    for feature in features:
                        ids = columns.get_tensor("meta." + feature["name"])
                        tags[feature["name"]] += [feature["tags"][tag] for tag in ids]
            print(json.dumps(tags))
            """;

    private static final String TEXT = "Mary Smith walked to New York. She was waiting there.";
    private static final String FEATURES =
            "pos(tags=upos),ner,shape,position,sentence,suffix(of=\"ing,ed\"),dictionary(file=";

    @TempDir private Path folder;

    @Test
    void everyFeatureIsAColumnOfItsTags() throws Exception {
        Python.requireSafetensors(folder);
        Path shards = annotate();

        Python.Output output = Python.run(folder, READ, shards);

        assertThat(output.status()).as(output.text()).isZero();
        Map<String, List<String>> tags =
                new ObjectMapper().readValue(output.text(), new TypeReference<>() {});
        try (ShardTexts texts = ShardTexts.open(shards, Optional.of(tokenizer()))) {
            DecodedDocument document = texts.document(0);
            List<String> features = texts.features();
            assertThat(tags.keySet()).containsExactlyElementsOf(features);
            for (int f = 0; f < features.size(); f++) {
                int feature = f;
                assertThat(tags.get(features.get(f)).subList(0, document.pieces().size()))
                        .isEqualTo(
                                document.pieces().stream()
                                        .map(piece -> piece.tags().get(feature))
                                        .toList());
            }
        }
        assertThat(tags.get("suffix")).contains("ing", "ed");
        assertThat(tags.get("dictionary")).contains("CITY");
        assertThat(tags.get("pos")).contains("PROPN", "VERB");
    }

    private Path tokenizer() {
        return folder.resolve("tokenizer.json");
    }

    private Path annotate() throws IOException {
        Path corpus = Files.writeString(folder.resolve("corpus.txt"), TEXT);
        Path words = Files.writeString(folder.resolve("words.tsv"), "New York\tCITY\n");
        BpeTrainer.train(List.of(TEXT).iterator(), 280, BpeTrainer.Listener.SILENT)
                .write(tokenizer());
        Path shards = folder.resolve("shards");
        AnnotatePipeline.run(
                AnnotateJob.of(
                        List.of(corpus),
                        tokenizer(),
                        shards,
                        AnnotationMode.FULL,
                        FeatureAnnotators.of(
                                Optional.empty(), FeatureSpec.listOf(FEATURES + words + ")"))),
                progress -> {});
        return shards;
    }
}
