package org.limelm.core.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;

/** The content of shards is verified against their manifest before anything is read from it. */
class VerifiedContentTest {
    @TempDir Path folder;
    private Path shard;
    private Path stamps;

    @BeforeEach
    void write() {
        Shards.write(folder, new int[] {3, 4}, new int[] {5});
        shard = folder.resolve("shard-00001.safetensors");
        stamps = folder.resolve(ContentStamps.FILE);
    }

    @Test
    void everyChangedByteIsFoundWhenShardsAreFirstOpened() throws IOException {
        for (Path file : new Path[] {shard, folder.resolve("shard-00000.documents.jsonl")}) {
            byte[] whole = Files.readAllBytes(file);
            flip(file, whole.length - 3);
            assertThatThrownBy(this::verifyChanged)
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("[" + file + "] SHA-256 is ");
            assertThat(stamps).doesNotExist();
            Files.write(file, whole);
        }
        verifyChanged();
        assertThat(stamps).exists();
    }

    @Test
    void aByteChangedAfterTheFirstOpeningIsFoundEvenIfTheTimeIsReset() throws IOException {
        verifyChanged();
        FileTime before = Files.getLastModifiedTime(shard);
        flip(shard, (int) Files.size(shard) - 1);
        Files.setLastModifiedTime(shard, before);
        assertThatThrownBy(this::verifyChanged).isInstanceOf(LimeException.class);
    }

    @Test
    void unchangedFilesAreHashedAgainOnlyOnRequest() throws IOException {
        verifyChanged();
        ContentStamps.Stamps known = Json.read(stamps, ContentStamps.Stamps.class);
        assertThat(known.files()).hasSize(4);
        String real = Sha256.ofFile(shard);
        assertThat(known.files().values()).extracting(ContentStamps.Stamp::sha256).contains(real);
        // A false record is trusted, which shows that the file was not read.
        Files.writeString(stamps, Files.readString(stamps).replace(real, "0".repeat(64)));
        assertThatThrownBy(this::verifyChanged).hasMessageContaining("SHA-256 is 0000");
        try (ShardSet set = ShardSet.open(folder)) {
            set.verifyContent();
        }
    }

    @Test
    void aDamagedHashCacheOnlyCostsTime() throws IOException {
        for (String content : new String[] {"", "{}", "[", "{\"files\": 3}", "\u0000"}) {
            Files.write(stamps, content.getBytes(StandardCharsets.UTF_8));
            verifyChanged();
            assertThat(Json.read(stamps, ContentStamps.Stamps.class).files()).hasSize(4);
        }
    }

    @Test
    void copiesOfAFolderAreVerifiedAnew() throws IOException {
        verifyChanged();
        Path copy = Files.createDirectory(folder.resolve("copy"));
        for (String name :
                ShardManifest.read(folder).shards().stream().map(ShardEntry::file).toList()) {
            String list = name.replace(".safetensors", ".documents.jsonl");
            Files.copy(folder.resolve(name), copy.resolve(name));
            Files.copy(folder.resolve(list), copy.resolve(list));
        }
        Files.copy(folder.resolve(ShardManifest.FILE), copy.resolve(ShardManifest.FILE));
        Files.copy(stamps, copy.resolve(ContentStamps.FILE));
        flip(copy.resolve("shard-00000.safetensors"), 700);
        try (ShardSet set = ShardSet.open(copy)) {
            assertThatThrownBy(set::verifyChanged).isInstanceOf(LimeException.class);
        }
    }

    private void verifyChanged() {
        try (ShardSet set = ShardSet.open(folder)) {
            set.verifyChanged();
        }
    }

    private static void flip(Path file, int place) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[Math.min(place, bytes.length - 1)] ^= 1;
        Files.write(file, bytes);
    }
}
