package org.limelm.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.ConfigException;

class RetiredTest {
    /** A group with two keys of an earlier version. */
    @Retired(key = "tags.kind", value = "fine", replacement = "data.size")
    @Retired(key = "rate", value = "0.0", replacement = "data.size")
    record Data(@Doc("a number") int size) {}

    /** The configuration. */
    record Root(@Doc("a group") Data data) {
        static Root defaults() {
            return new Root(new Data(3));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {size: 4}",
                "data: {size: 4, rate: 0.0}",
                "data: {rate: 0.0, tags: {kind: fine}, size: 4}"
            })
    void aValueThatMeansTheDefaultIsRead(String yaml) {
        assertThat(parse(yaml).data().size()).isEqualTo(4);
    }

    @Test
    void anotherValueNamesTheReplacement() {
        assertThatThrownBy(() -> parse("data:\n  rate: 0.5"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("[test:2] key 'data.rate' is '0.5', but was replaced by data.size");
        assertThatThrownBy(() -> parse("data: {tags: {kind: fine, other: 1}}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("unknown key 'tags'");
    }

    private static Root parse(String yaml) {
        return ConfigLoader.parse(Root.class, yaml, "test", List.of());
    }
}
