package org.limelm.train.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.MetadataSchema;

/** Built-in tasks on a record of each data set, as its source publishes it. */
class BuiltInTasksTest {
    @TempDir private Path folder;

    static List<String> names() {
        return Task.builtIn();
    }

    private Example first(String task, String file, String record) throws IOException {
        Path data = folder.resolve(file);
        Files.createDirectories(data.getParent());
        Files.writeString(data, record + "\n");
        TaskOptions all = TaskOptions.defaults();
        TaskOptions options =
                new TaskOptions(
                        all.mode(),
                        all.tags(),
                        1,
                        0,
                        OptionalInt.of(0),
                        Optional.of(folder),
                        all.log());
        return PreparedTask.of(Task.load(task), options, MetadataSchema.EMPTY).examples().get(0);
    }

    private void assertScored(
            String task, String file, String record, String context, int label, String... texts)
            throws IOException {
        Example.Scored example = (Example.Scored) first(task, file, record);
        assertThat(example.contexts()).containsExactly(context);
        assertThat(example.continuations()).containsExactly(texts);
        assertThat(example.label()).isEqualTo(label);
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyBuiltInTaskLoadsUnderItsName(String name) {
        Task task = Task.load(name);
        assertThat(task.name()).isEqualTo(name);
        boolean generated =
                task.config().data() instanceof TaskData.Arithmetic
                        || task.config().data() instanceof TaskData.Reasoning;
        if (generated) {
            PreparedTask prepared =
                    PreparedTask.of(task, TaskOptions.defaults(), MetadataSchema.EMPTY);
            assertThat(prepared.examples()).hasSize(prepared.available());
        } else {
            assertThat(task.config().source()).isPresent();
            assertThat(task.config().licence()).isPresent();
            assertThatThrownBy(
                            () ->
                                    PreparedTask.of(
                                            task,
                                            TaskOptions.defaults().withData(folder),
                                            MetadataSchema.EMPTY))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContainingAll(
                            "[task " + name + "]",
                            folder.toString(),
                            "JSON lines with the fields",
                            task.config().source().get(),
                            "--data FOLDER");
        }
    }

    @Test
    void minimalPairsAndLastWords() throws IOException {
        assertScored(
                "blimp",
                "blimp.jsonl",
                "{\"phenomenon\": \"x\", \"good\": \"He is.\", \"bad\": \"He are.\"}",
                "",
                0,
                "He is.",
                "He are.");
        assertScored(
                "blimp",
                "blimp.jsonl",
                "{\"linguistics_term\": \"x\", \"sentence_good\": \"A\", \"sentence_bad\": \"B\"}",
                "",
                0,
                "A",
                "B");
        assertScored(
                "lambada",
                "lambada_test.jsonl",
                "{\"text\": \"I love signs\"}",
                "I love",
                0,
                " signs");
    }

    @Test
    void solvedExamplesAreOthersEvenIfAllPromptsAreEqual() throws IOException {
        List<String> sentences = List.of("He is.", "She is.", "It is.", "He is.");
        Files.write(
                folder.resolve("blimp.jsonl"),
                sentences.stream()
                        .map(
                                "{\"phenomenon\": \"x\", \"good\": \"%s\", \"bad\": \"Be.\"}"
                                        ::formatted)
                        .toList());
        TaskOptions all = TaskOptions.defaults();
        TaskOptions options =
                new TaskOptions(
                        all.mode(),
                        all.tags(),
                        all.batchSize(),
                        0,
                        OptionalInt.of(2),
                        Optional.of(folder),
                        all.log());
        List<Example> examples =
                PreparedTask.of(Task.load("blimp"), options, MetadataSchema.EMPTY).examples();
        for (int i = 0; i < examples.size(); i++) {
            String shots = ((Example.Scored) examples.get(i)).contexts().get(0);
            List<String> others = new ArrayList<>(Set.copyOf(sentences));
            others.remove(sentences.get(i));
            assertThat(shots.split("\n\n")).containsExactlyInAnyOrderElementsOf(others);
        }
    }

    @Test
    void questionsWithListsOfChoices() throws IOException {
        assertScored(
                "arc-easy",
                "arc_easy.jsonl",
                """
                {"question": "Why?", "choices": {"text": ["x", "y"], "label": ["A", "B"]}, "answerKey": "B"}
                """
                        .strip(),
                "Question: Why?\nAnswer:",
                1,
                " x",
                " y");
        assertScored(
                "arc-challenge",
                "arc_challenge.jsonl",
                """
                {"question": {"stem": "Why?", "choices": [{"text": "x", "label": "1"}, {"text": "y", "label": "2"}]}, "answerKey": "1"}
                """
                        .strip(),
                "Question: Why?\nAnswer:",
                0,
                " x",
                " y");
        assertScored(
                "commonsense-qa",
                "commonsense_qa.jsonl",
                """
                {"question": "Where?", "choices": {"label": ["A", "B"], "text": ["bank", "shop"]}, "answerKey": "A"}
                """
                        .strip(),
                "Question: Where?\nAnswer:",
                0,
                " bank",
                " shop");
        assertThatThrownBy(
                        () ->
                                first(
                                        "arc-easy",
                                        "arc_easy.jsonl",
                                        "{\"question\": \"Why?\", \"choices\": {\"text\": [\"x\"], \"label\": [\"A\"]}, \"answerKey\": \"C\"}"))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("arc_easy.jsonl:1", "label 'C', expected one of [A]");
    }

    @Test
    void questionsWithNamedChoices() throws IOException {
        assertScored(
                "piqa",
                "piqa.jsonl",
                "{\"goal\": \"Cut it\", \"sol1\": \"Use a saw\", \"sol2\": \"Use soap\", \"label\": 0}",
                "Question: Cut it\nAnswer:",
                0,
                " Use a saw",
                " Use soap");
        assertScored(
                "sciq",
                "sciq.jsonl",
                """
                {"question": "Who?", "distractor1": "a", "distractor2": "b", "distractor3": "c", "correct_answer": "d", "support": " So. "}
                """
                        .strip(),
                "So.\nQuestion: Who?\nAnswer:",
                3,
                " a",
                " b",
                " c",
                " d");
        assertScored(
                "boolq",
                "boolq.jsonl",
                "{\"question\": \"is it\", \"passage\": \"It is.\", \"answer\": true}",
                "It is.\nQuestion: is it?\nAnswer:",
                1,
                " no",
                " yes");
    }

    @Test
    void hellaSwagIsCleaned() throws IOException {
        assertScored(
                "hellaswag",
                "hellaswag.jsonl",
                """
                {"activity_label": "Health", "ctx_a": "Wash it. [title] Dry it.", "ctx_b": "the man", "endings": [" [step] runs.", "sits  down."], "label": "1"}
                """
                        .strip(),
                "Health: Wash it.. Dry it. The man",
                1,
                "  runs.",
                " sits down.");
        Example.Scored without =
                (Example.Scored)
                        first(
                                "hellaswag",
                                "hellaswag.jsonl",
                                "{\"activity_label\": \"A\", \"ctx_a\": \"B.\", \"ctx_b\": \"\", \"endings\": [\"c\", \"d\"], \"label\": 0}");
        assertThat(without.contexts()).containsExactly("A: B.");
    }

    @Test
    void winograndeScoresTheTextAfterTheBlank() throws IOException {
        Example.Scored example =
                (Example.Scored)
                        first(
                                "winogrande",
                                "winogrande.jsonl",
                                "{\"sentence\": \"Ann saw Sue, as _ was near.\", \"option1\": \"Ann\", \"option2\": \"Sue\", \"answer\": \"2\"}");
        assertThat(example.contexts())
                .containsExactly("Ann saw Sue, as Ann", "Ann saw Sue, as Sue");
        assertThat(example.continuations()).containsExactly(" was near.", " was near.");
        assertThat(example.label()).isEqualTo(1);
        assertThat(example.requests()).hasSize(2);
    }

    @Test
    void generatedAnswersHaveAliases() throws IOException {
        Example.Asked trivia =
                (Example.Asked)
                        first(
                                "triviaqa",
                                "triviaqa.jsonl",
                                "{\"question\": \"Who?\", \"answer\": {\"value\": \"Bob\", \"aliases\": [\"Robert\", \"Bobby\"]}}");
        assertThat(trivia.prompt()).isEqualTo("Question: Who?\nAnswer:");
        assertThat(trivia.answers()).containsExactly("Bob", "Robert", "Bobby");
        Example.Asked gsm8k =
                (Example.Asked)
                        first(
                                "gsm8k",
                                "gsm8k_test.jsonl",
                                "{\"question\": \"How many?\", \"answer\": \"1 + 1 = 2\\n#### 2\"}");
        assertThat(gsm8k.answers()).containsExactly("2");
    }

    @Test
    void requestFilesAreUsedAsTheyAre() throws IOException {
        String both =
                """
                {"doc_id": 0, "idx": 0, "label": 0, "request": {"context": "Q", "continuation": " a"}}
                {"doc_id": 1000000, "idx": 0, "label": 0, "request": {"context": "Answer:", "continuation": " a"}}
                """
                        .strip();
        assertScored("sciq-rc", "requests/sciq.rc_0shot.jsonl", both, "Q", 0, " a");
    }
}
