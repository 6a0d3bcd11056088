package org.limelm.annotate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;

class JobIdentityTest {
    @TempDir private Path folder;

    private static Map<String, Long> corpus(int files) {
        Map<String, Long> corpus = new LinkedHashMap<>();
        for (int i = 0; i < files; i++) {
            corpus.put("/corpus/" + i + ".txt", (long) i);
        }
        return corpus;
    }

    private static JobIdentity job(Map<String, Long> corpus) {
        return new JobIdentity(Map.of("mode", "causal"), corpus);
    }

    @Test
    void filesAreListedUpToALimitAndHashedAboveIt() throws IOException {
        JobIdentity listed = job(corpus(JobIdentity.MAX_LISTED_FILES));
        assertThat(listed.corpus()).hasSize(JobIdentity.MAX_LISTED_FILES);
        assertThat(listed.settings()).containsOnlyKeys("mode");

        Map<String, Long> files = corpus(JobIdentity.MAX_LISTED_FILES + 1);
        job(files).claim(folder);
        assertThat(Files.size(folder.resolve(JobIdentity.FILE))).isLessThan(1_000);
        job(files).claim(folder); // the same job
        Map<String, Long> changed = new LinkedHashMap<>(files);
        changed.put("/corpus/7.txt", 8L);
        assertThatThrownBy(() -> job(changed).claim(folder))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("another job", "corpusSha256 was ")
                .hasMessageNotContaining("corpusFiles was");
        assertThatThrownBy(() -> listed.claim(folder))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("corpusFiles is missing")
                .hasMessageNotContaining("corpus file ");
    }

    @Test
    void aLongListOfAnOlderVersionIsTheSameJob() {
        Map<String, Long> files = corpus(JobIdentity.MAX_LISTED_FILES + 1);
        Json.write(
                folder.resolve(JobIdentity.FILE),
                Map.of("settings", Map.of("mode", "causal"), "corpus", files));
        job(files).claim(folder);
    }
}
