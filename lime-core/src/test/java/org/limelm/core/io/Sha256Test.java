package org.limelm.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;

class Sha256Test {
    /** The hash of "abc" in FIPS 180-4's examples. */
    private static final String ABC =
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void aFileAndItsBytesHaveTheHashOfTheStandard(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("abc");
        Files.writeString(file, "abc");
        assertThat(Sha256.of("abc")).isEqualTo(ABC);
        assertThat(Sha256.ofFile(file)).isEqualTo(ABC);
        byte[] large = new byte[200_000];
        Files.write(file, large);
        assertThat(Sha256.ofFile(file)).isEqualTo(Sha256.of(large));
        assertThatThrownBy(() -> Sha256.ofFile(folder.resolve("none")))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("cannot be read: no such file");
    }
}
