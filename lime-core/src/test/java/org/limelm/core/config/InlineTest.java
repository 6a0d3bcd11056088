package org.limelm.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
