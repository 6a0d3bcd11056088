package org.limelm.core.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;
import org.limelm.core.io.Sha256;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.shard.ShardSet.DocumentSpan;

class ShardSetTest {
    @TempDir Path folder;

    @Test
    void theManifestIsReadAsItWasWritten() {
        ShardManifest manifest = Shards.write(folder, new int[] {3, 4}, new int[] {5});
        assertThat(ShardManifest.read(folder)).isEqualTo(manifest);
        assertThat(manifest.totals().tokens()).isEqualTo(12);
        assertThat(manifest.totals().documents()).isEqualTo(3);
    }

    @Test
    void allShardsReadAsOneSequence() {
        Shards.write(folder, new int[] {}, new int[] {3, 4}, new int[] {}, new int[] {5, 0, 1});
        try (ShardSet set = ShardSet.open(folder)) {
            assertThat(set.tokenCount()).isEqualTo(13);
            assertThat(set.documentCount()).isEqualTo(5);
            assertThat(set.document(0)).isEqualTo(new DocumentSpan(1, 0, 3));
            assertThat(set.document(2)).isEqualTo(new DocumentSpan(3, 0, 5));
            assertThat(set.document(4)).isEqualTo(new DocumentSpan(3, 5, 6));
            assertThat(set.documentStart(4)).isEqualTo(12);
            assertThat(set.documentStart(5)).isEqualTo(13);
            assertThat(set.documentOf(6)).isEqualTo(1);
            assertThat(set.documentOf(7)).isEqualTo(2);
            assertThat(set.documentOf(12)).isEqualTo(4);
            assertThat(set.documentName(1)).hasToString("d1 (corpus.jsonl:2)");
            assertThat(set.documentName(2)).hasToString("d0 (corpus.jsonl:1)");

            int[] all = new int[13];
            set.readTokens(0, all, 0, 13);
            int[] last = new int[6];
            set.shards().get(3).readTokens(0, last, 0, 6);
            assertThat(all).endsWith(last);
            int[] across = new int[4];
            set.readTags(1, 5, across, 0, 4);
            set.readTags(1, 0, all, 0, 13);
            assertThat(across).containsExactly(all[5], all[6], all[7], all[8]);
            set.readByteLengths(13, all, 0, 0);
            assertThatThrownBy(() -> set.readTokens(12, all, 0, 2))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            set.verify();
        }
    }

    @Test
    void aFolderWithoutManifestIsIncomplete() {
        assertThatThrownBy(() -> ShardSet.open(folder))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("no manifest.json")
                .hasMessageContaining("Hint: run annotate again");
    }

    @Test
    void aNewerManifestIsRefusedByName() throws IOException {
        Shards.write(folder, new int[] {3});
        edit("\"formatVersion\" : 1", "\"formatVersion\" : 7, \"unheardOf\" : true");
        assertThatThrownBy(() -> ShardSet.open(folder))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("manifest.json] format version 7 is newer than 1")
                .hasMessageEndingWith("Hint: update LIME");
    }

    @Test
    void anEditedOrTruncatedManifestIsRejected() throws IOException {
        Shards.write(folder, new int[] {3});
        edit("\"tokens\" : 3", "\"tokens\" : 4");
        assertThatThrownBy(() -> ShardSet.open(folder))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("3 tokens, expected 4");
        edit("shard-00000.safetensors", "../shard.safetensors");
        assertThatThrownBy(() -> ShardSet.open(folder))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("not a plain name");
        Path manifest = folder.resolve(ShardManifest.FILE);
        Files.writeString(manifest, Files.readString(manifest).substring(0, 100));
        assertThatThrownBy(() -> ShardSet.open(folder))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("manifest.json:");
    }

    @Test
    void aTruncatedShardIsNamedWithExpectedAndActualSize() throws IOException {
        ShardManifest manifest = Shards.write(folder, new int[] {3}, new int[] {9});
        long size = manifest.shards().get(1).fileBytes();
        truncate("shard-00001.safetensors", size - 1);
        assertThatThrownBy(() -> ShardSet.open(folder))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("shard-00001.safetensors")
                .hasMessageContaining((size - 1) + " bytes, expected " + size);
    }

    @Test
    void aMissingShardIsNamed() throws IOException {
        Shards.write(folder, new int[] {3});
        Files.delete(folder.resolve("shard-00000.safetensors"));
        assertThatThrownBy(() -> ShardSet.open(folder))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("shard-00000.safetensors] cannot be read: no such file");
    }

    @Test
    void verifyFindsAFlippedBitAndNamesBothHashes() throws IOException {
        ShardManifest manifest = Shards.write(folder, new int[] {3});
        Path file = folder.resolve("shard-00000.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        try (ShardSet set = ShardSet.open(folder)) {
            assertThatThrownBy(set::verify)
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("SHA-256 is " + Sha256.of(bytes))
                    .hasMessageContaining("expected " + manifest.shards().get(0).sha256());
        }
    }

    @Test
    void aShortListOfDocumentsIsDetected() throws IOException {
        Shards.write(folder, new int[] {3, 4});
        Path list = folder.resolve("shard-00000.documents.jsonl");
        Files.writeString(list, Files.readString(list).lines().findFirst().orElseThrow());
        try (ShardSet set = ShardSet.open(folder)) {
            assertThatThrownBy(() -> set.documentName(0))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("1 lines, expected one for each of 2 documents");
            assertThatThrownBy(set::verify).isInstanceOf(LimeException.class);
        }
    }

    @Test
    void theWrongTokenizerAndSchemaAreRefused() {
        Shards.write(folder, new int[] {3});
        try (ShardSet set = ShardSet.open(folder)) {
            set.requireTokenizer("aa");
            set.requireSchema(Shards.SCHEMA);
            assertThatThrownBy(() -> set.requireTokenizer("bb"))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("made by tokenizer aa, expected bb");
            assertThatThrownBy(() -> set.requireSchema(Shards.schema(5)))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("features [f0, f1], expected [f0]");
            assertThatThrownBy(() -> set.requireSchema(Shards.schema(4, 300)))
                    .hasMessageContaining("feature 'f0' has 5 tags, expected 4");
            Feature renamed = new Feature("f0", List.of("NONE", "T1", "X", "T3", "T4"));
            assertThatThrownBy(
                            () ->
                                    set.requireSchema(
                                            new MetadataSchema(
                                                    List.of(renamed, Shards.SCHEMA.feature("f1")))))
                    .hasMessageContaining("tag 2 of feature 'f0' is T2, expected X");
        }
    }

    @Test
    void theFingerprintFollowsTheContentAndNotTheProvenance() {
        ShardManifest manifest = Shards.write(folder, new int[] {3}, new int[] {4});
        ShardManifest moved =
                ShardManifest.of(
                        manifest.schema(),
                        manifest.annotation(),
                        manifest.alignment(),
                        manifest.tokenizer(),
                        manifest.annotator(),
                        Map.of("lime", "other"),
                        manifest.shards());
        assertThat(moved.fingerprint()).isEqualTo(manifest.fingerprint());
        ShardManifest shorter =
                ShardManifest.of(
                        manifest.schema(),
                        manifest.annotation(),
                        manifest.alignment(),
                        manifest.tokenizer(),
                        manifest.annotator(),
                        manifest.provenance(),
                        manifest.shards().subList(0, 1));
        assertThat(shorter.fingerprint()).isNotEqualTo(manifest.fingerprint());
    }

    @Test
    void theManifestRecordsTheAnnotatorAndOldOnesWithoutItAreRead() throws IOException {
        ShardManifest old = Shards.write(folder, new int[] {3});
        AnnotatorInfo info =
                new AnnotatorInfo(
                        Map.of("pos", "p1"),
                        Map.of("a.bin", "h1", "b.bin", "h2"),
                        Optional.of(1),
                        Optional.empty());
        ShardManifest manifest = old.withAnnotatorInfo(info);
        manifest.write(folder);

        assertThat(ShardManifest.read(folder).annotatorInfo()).contains(info);
        assertThat(manifest.fingerprint()).isEqualTo(old.fingerprint());
        old.write(folder);
        Path file = folder.resolve(ShardManifest.FILE);
        String json = Files.readString(file);
        Files.writeString(file, json.replaceAll("  \"annotatorInfo\" : null,\n", ""));
        assertThat(Files.readString(file)).doesNotContain("annotatorInfo");
        assertThat(ShardManifest.read(folder).annotatorInfo()).isEmpty();
    }

    @Test
    void differencesBetweenAnnotatorsAreReported() {
        AnnotatorInfo expected =
                new AnnotatorInfo(
                        Map.of("pos", "p1"),
                        Map.of("a.bin", "h1", "b.bin", "h2"),
                        Optional.of(1),
                        Optional.empty());
        AnnotatorInfo other =
                new AnnotatorInfo(
                        Map.of("pos", "p2"),
                        Map.of("a.bin", "h1", "c.bin", "h2"),
                        Optional.empty(),
                        Optional.empty());

        assertThat(expected.differences(expected)).isEmpty();
        assertThat(expected.differences(other))
                .containsExactly(
                        "feature pos is p2, expected p1",
                        "model b.bin is absent, expected h2",
                        "model c.bin is h2, expected absent",
                        "code version is absent, expected 1");
        assertThat(expected.differences(expected.withCodeVersion(2)))
                .containsExactly("code version is 2, expected 1");
    }

    private void edit(String from, String to) throws IOException {
        Path manifest = folder.resolve(ShardManifest.FILE);
        String json = Files.readString(manifest);
        assertThat(json).contains(from);
        Files.writeString(manifest, json.replace(from, to));
    }

    private void truncate(String name, long size) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
            file.setLength(size);
        }
    }
}
