package org.limelm.train.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Generated questions: their answers are worked out again from the questions' text. */
class GeneratedRecordsTest {
    private static final List<String> DAYS =
            List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
    private static final List<String> MONTHS =
            List.of(
                    "January",
                    "February",
                    "March",
                    "April",
                    "May",
                    "June",
                    "July",
                    "August",
                    "September",
                    "October",
                    "November",
                    "December");
    private static final List<String> NUMBERS =
            List.of("zero", "one", "two", "three", "four", "five");

    private static List<String> choices(JsonNode fields) {
        List<String> texts = new ArrayList<>();
        fields.path("choices").forEach(choice -> texts.add(choice.asText()));
        assertThat(new HashSet<>(texts)).as("distinct choices").hasSameSizeAs(texts);
        return texts;
    }

    @Test
    void sumsAreRightAndHaveTheStatedDigits() {
        List<TaskRecord> records = ArithmeticRecords.of(TaskData.Arithmetic.defaults());
        assertThat(records).hasSize(3 * 4 * 100 - 45); // there are 55 differences of digits
        assertThat(records)
                .extracting(record -> record.fields().path("question").asText())
                .doesNotHaveDuplicates();
        for (TaskRecord record : records) {
            JsonNode fields = record.fields();
            String[] parts = fields.path("question").asText().split(" ");
            long a = Long.parseLong(parts[0]);
            long b = Long.parseLong(parts[2]);
            long answer = parts[1].equals("+") ? a + b : parts[1].equals("-") ? a - b : a * b;
            assertThat(fields.path("answer").asText()).isEqualTo(Long.toString(answer));
            assertThat(parts[0]).hasSize(fields.path("digits").asInt());
            assertThat(parts[2]).hasSize(fields.path("digits").asInt());
            assertThat(answer).isNotNegative();
            assertThat(choices(fields)).hasSize(4);
            assertThat(choices(fields).indexOf(Long.toString(answer)))
                    .isEqualTo(fields.path("label").asInt());
        }
        assertThat(ArithmeticRecords.of(TaskData.Arithmetic.defaults())).isEqualTo(records);
    }

    @Test
    void reasoningAnswersFollowFromTheQuestions() {
        List<TaskRecord> records = ReasoningRecords.of(TaskData.Reasoning.defaults());
        assertThat(records).hasSize(3 * 250 + 95); // there are 95 questions about dates
        assertThat(records)
                .extracting(record -> record.fields().path("question").asText())
                .doesNotHaveDuplicates();
        int[] labels = new int[4];
        for (TaskRecord record : records) {
            JsonNode fields = record.fields();
            String question = fields.path("question").asText();
            String expected =
                    switch (fields.path("kind").asText()) {
                        case "comparison" -> comparison(question);
                        case "transitivity" -> transitivity(question);
                        case "counting" -> counting(question);
                        default -> date(question);
                    };
            assertThat(fields.path("answer").asText()).as(question).isEqualTo(expected);
            int label = fields.path("label").asInt();
            assertThat(choices(fields).get(label)).isEqualTo(expected);
            labels[label]++;
        }
        assertThat(labels[0]).as("answers at the first place").isBetween(250, 450);
        assertThat(ReasoningRecords.of(new TaskData.Reasoning(List.of(TaskData.Kind.DATES), 9, 2)))
                .isNotEqualTo(
                        ReasoningRecords.of(
                                new TaskData.Reasoning(List.of(TaskData.Kind.DATES), 9, 3)));
    }

    private static String comparison(String question) {
        Map<String, Integer> counts = new HashMap<>();
        Matcher has = Pattern.compile("(\\w+) has (\\d+)").matcher(question);
        while (has.find()) {
            counts.put(has.group(1), Integer.parseInt(has.group(2)));
        }
        Comparator<Map.Entry<String, Integer>> order = Map.Entry.comparingByValue();
        return counts.entrySet().stream()
                .max(question.contains("has more") ? order : order.reversed())
                .orElseThrow()
                .getKey();
    }

    private static String transitivity(String question) {
        Map<String, String> above = new HashMap<>();
        Matcher than = Pattern.compile("(\\w+) is \\w+ than (\\w+)\\.").matcher(question);
        while (than.find()) {
            above.put(than.group(1), than.group(2));
        }
        boolean highest =
                Pattern.compile("The (tallest|oldest|fastest|richest) is").matcher(question).find();
        return highest
                ? above.keySet().stream()
                        .filter(name -> !above.containsValue(name))
                        .findFirst()
                        .orElseThrow()
                : above.values().stream()
                        .filter(name -> !above.containsKey(name))
                        .findFirst()
                        .orElseThrow();
    }

    private static String counting(String question) {
        Matcher number = Pattern.compile("\\d+").matcher(question);
        return Integer.toString(
                number.results().mapToInt(count -> Integer.parseInt(count.group())).sum());
    }

    private static String date(String question) {
        Matcher parts =
                Pattern.compile("Today is (?:the first of )?(\\w+)\\. In (\\w+) (day|month)")
                        .matcher(question);
        assertThat(parts.find()).as(question).isTrue();
        List<String> cycle = parts.group(3).equals("day") ? DAYS : MONTHS;
        int at = cycle.indexOf(parts.group(1)) + NUMBERS.indexOf(parts.group(2));
        return cycle.get(at % cycle.size());
    }
}
