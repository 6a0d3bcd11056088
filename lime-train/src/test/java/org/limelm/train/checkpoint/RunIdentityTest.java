package org.limelm.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.limelm.train.config.RunConfig;

class RunIdentityTest {
    private final Map<String, String> now = RunIdentity.settings(RunConfig.defaults(), 1);

    private Map<String, String> earlier(Map<String, String> keys) {
        Map<String, String> saved = new TreeMap<>(now);
        saved.keySet().removeIf(key -> key.startsWith("data.metadata"));
        saved.putAll(keys);
        return saved;
    }

    @Test
    void aRunOfAnEarlierVersionIsTheSame() {
        Map<String, String> defaults =
                Map.of(
                        "data.tags.pos", "xpos",
                        "data.tags.bio", "false",
                        "data.metadataDropout", "0.0",
                        "data.verify", "true",
                        "training.dryRun", "false");
        assertThat(RunIdentity.difference(earlier(defaults), now)).isEmpty();
    }

    @Test
    void otherValuesOfRetiredKeysAreDifferences() {
        assertThat(RunIdentity.difference(earlier(Map.of("data.tags.pos", "upos")), now))
                .containsExactly("data.tags.pos: was upos, is (absent)");
    }
}
