package org.limelm.train.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.core.ConfigException;

/** Generated answers: extraction, normalization, exact match. */
class AnswerMatchingTest {
    private static AnswerMatching rule(String extract, Normalization normalization) {
        return AnswerMatching.of(
                new Answer.Generated(
                        List.of("x"),
                        9,
                        Optional.empty(),
                        Optional.of(extract).filter(text -> !text.isEmpty()),
                        Optional.of(normalization),
                        Optional.empty(),
                        Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        "The Beatles!, beatles, true",
        "'  an  Apple, a day', apple day, true",
        "Jean-Luc, jean luc, true",
        "theatre, atre, false",
        "'', '', false"
    })
    void textIsComparedWithoutCasePunctuationAndArticles(String own, String other, boolean equal) {
        assertThat(rule("", Normalization.TEXT).matches(own, List.of("nothing", other)))
                .isEqualTo(equal);
    }

    @ParameterizedTest
    @CsvSource({
        "'$1,200.00', 1200, true",
        "18., 18, true",
        "-5, -5.0, true",
        "18.5, 18, false",
        "many, 18, false"
    })
    void numbersAreComparedByValue(String own, String other, boolean equal) {
        assertThat(rule("", Normalization.NUMBER).matches(own, List.of(other))).isEqualTo(equal);
    }

    @Test
    void theFirstGroupOfTheFirstMatchIsTheAnswer() {
        AnswerMatching gsm8k = rule("#### (-?[0-9.,]+)", Normalization.NUMBER);
        assertThat(gsm8k.extracted("9 * 2 = 18\n#### 18\n#### 19")).isEqualTo("18");
        assertThat(gsm8k.extracted("the answer is 18")).isEmpty();
        assertThat(gsm8k.matches("", List.of("18"))).isFalse();
        assertThat(rule("[0-9]+", Normalization.NONE).extracted(" is 42 or 7")).isEqualTo("42");
    }

    @Test
    void aMalformedExpressionIsAnError() {
        assertThatThrownBy(() -> rule("(", Normalization.NONE))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("[answer] extract", "regular expression");
    }
}
