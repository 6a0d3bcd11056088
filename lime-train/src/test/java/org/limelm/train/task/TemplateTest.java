package org.limelm.train.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;

class TemplateTest {
    private static final TaskRecord RECORD =
            new TaskRecord(
                    "data.jsonl:7",
                    Json.parse(
                            """
                            {"question": " Who? ", "label": 2, "yes": true, "none": null,
                             "choices": {"text": ["a", "b"]}, "items": [{"t": "x"}, {"t": "y"}],
                             "sentence": "The _ fell", "long": "one two  three"}
                            """,
                            ObjectNode.class,
                            "test"));

    private static Template parse(String text) {
        return Template.parse(text, "task test");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "~Q:{{question}}{{label}}.~, ~Q: Who? 2.~",
                "{{question|trim|lower}}, who?",
                "{{yes}}, true",
                "{{choices.text[1]}}, b",
                "{{none/missing/choices.text[0]}}, a",
                "{{sentence|before:_}}x, The x",
                "~[{{sentence|after:_|trim|spaced}}]~, [ fell]",
                "~{{long|without-last-word}}~, ~one two ~",
                "{{long|last-word}}, three",
                "{{items[1].t|capitalize}}, Y"
            })
    void fieldsAndFiltersAreReplaced(String template, String text) {
        assertThat(parse(template).render(RECORD)).isEqualTo(text);
    }

    @Test
    void aFieldWithAListGivesATextPerElement() {
        assertThat(parse("{{choices.text}}").renderAll(RECORD)).containsExactly("a", "b");
        assertThat(parse("{{items.t|capitalize}}").renderAll(RECORD)).containsExactly("X", "Y");
        assertThat(parse("{{label}}").renderAll(RECORD)).containsExactly("2");
    }

    @Test
    void anUnknownFieldIsNamedWithTheRecordsFields() {
        assertThatThrownBy(() -> parse("{{qestion}}").render(RECORD))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("[data.jsonl:7]", "'qestion'", "question", "sentence");
        assertThatThrownBy(() -> parse("x{{choices.text}}").render(RECORD))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("'choices.text' is a list", "a text or a number");
        assertThatThrownBy(() -> parse("{{question|after:_}}").render(RECORD))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("field 'question' does not fit the filter after:_");
    }

    @ParameterizedTest
    @CsvSource({"{{question, }}", "{{a b}}, path", "{{a|shout}}, shout", "{{}}, path"})
    void malformedTemplatesAreRejected(String template, String problem) {
        assertThatThrownBy(() -> parse(template))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("[task test]", problem);
    }
}
