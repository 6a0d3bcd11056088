package org.limelm.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.LimeException;

class InputFileTest {
    @TempDir Path folder;

    @Test
    void noMoreThanTheLimitIsReadWhateverTheReportedSize() {
        assertThatThrownBy(() -> InputFile.readString(Path.of("/dev/zero"), 1 << 20))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("[/dev/zero] larger than 1,048,576 bytes");
    }

    @Test
    @Timeout(30)
    void namedPipesLinksToDevicesAndFoldersAreRejectedWithoutWaiting() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("/dev/zero"));
        for (Path special : new Path[] {pipe, link, folder}) {
            assertThatThrownBy(() -> InputFile.readString(special, 100))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("[" + special + "]")
                    .hasMessageEndingWith("expected a file");
        }
    }

    @Test
    void exactlyTheLimitIsReadWithoutAByteOrderMark() throws IOException {
        Path file = folder.resolve("a");
        Files.writeString(file, "\ufeffé");
        assertThat(InputFile.readString(file, 5)).isEqualTo("é");
        assertThatThrownBy(() -> InputFile.readString(file, 4)).isInstanceOf(LimeException.class);
    }

    @Test
    void invalidUtf8IsRejectedByName() throws IOException {
        Path file = folder.resolve("a");
        Files.write(file, new byte[] {'a', (byte) 0xE9});
        assertThatThrownBy(() -> InputFile.readString(file, 100))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining(file + "] cannot be read: not valid UTF-8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ".",
                "..",
                ".hidden",
                "../../etc/passwd",
                "/etc/passwd",
                "a/b",
                "a\\b",
                "C:x",
                "a\u0000b",
                "a\nb",
                "a\u007f"
            })
    void namesThatAreNotPlainAreRejected(String name) {
        assertThatThrownBy(() -> PlainName.require(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a plain name within its folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "shard-00000.safetensors", "日本 e\u0301 #1.json", "a..b"})
    void plainNamesAreAccepted(String name) {
        assertThat(PlainName.require(name)).isEqualTo(name);
    }
}
