package org.limelm.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.limelm.core.ConfigException;

class InlineTest {
    /** A configuration on its own. */
    record Inner(@Doc("a number") int size, @Doc("a text") String name) {
        static Inner defaults() {
            return new Inner(3, "inner");
        }
    }

    /** The same keys and one more. */
    record Outer(@Inline Inner inner, @Doc("a list") List<Integer> sizes) {
        static Outer defaults() {
            return new Outer(Inner.defaults(), List.of(1));
        }
    }

    /** A name and keys of any other name. */
    record Open(
            @Doc("a text") String name, @Doc("anything else") @Inline Map<String, String> more) {
        static Open defaults() {
            return new Open("open", Map.of());
        }
    }

    @Test
    void anInlineMapTakesTheRemainingKeys() {
        Open config =
                ConfigLoader.parse(Open.class, "file: a.tsv\nname: x\n", "test", List.of("n=3"));
        assertThat(config).isEqualTo(new Open("x", Map.of("file", "a.tsv", "n", "3")));
        String yaml = ConfigLoader.toYaml(config);
        assertThat(ConfigLoader.parse(Open.class, yaml, "test", List.of())).isEqualTo(config);
        assertThat(ConfigReference.markdown(Open.class)).contains("| `*` | text |");
        assertThat(ConfigSchema.of(Open.class, "open").path("additionalProperties").isObject())
                .isTrue();
        assertThatThrownBy(() -> ConfigLoader.parse(Open.class, "file: [a]\n", "test", List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("test:1", "file", "text");
    }

    @Test
    void keysOfAnInlineRecordStandAmongThoseOfTheEnclosingOne() {
        assertThat(parse("size: 5\nsizes: [7]\n")).isEqualTo(outer(5, "inner", 7));
        assertThat(parse("name: own\n", "size=9")).isEqualTo(outer(9, "own", 1));
    }

    @Test
    void unknownKeysAreRejectedWithTheNearestOfAllKeys() {
        assertThatThrownBy(() -> parse("nam: x\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("test:1", "unknown key 'nam'", "name");
    }

    @Test
    void theYamlHasTheKeysOnOneLevelAndIsReadBack() {
        Outer config = outer(5, "x", 2);
        String yaml = ConfigLoader.toYaml(config);
        assertThat(yaml).startsWith("size: 5").contains("\nsizes:");
        assertThat(parse(yaml)).isEqualTo(config);
    }

    @Test
    void theReferenceListsTheKeysOnOneLevel() {
        assertThat(ConfigReference.markdown(Outer.class))
                .contains("| `size` | integer | `3` |", "| `sizes` | list of integer |")
                .doesNotContain("inner.");
    }

    private static Outer outer(int size, String name, int listed) {
        return new Outer(new Inner(size, name), List.of(listed));
    }

    private static Outer parse(String yaml, String... overrides) {
        return ConfigLoader.parse(Outer.class, yaml, "test", List.of(overrides));
    }
}
