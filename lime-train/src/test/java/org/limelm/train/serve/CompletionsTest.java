package org.limelm.train.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.model.generate.SamplingOptions;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.generation.MetadataChoice;
import org.limelm.train.generation.TextGenerator;
import org.limelm.train.score.ContinuationScore;
import org.limelm.train.score.ContinuationScorer;

/** Completions against the scorer and the generator. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompletionsTest {
    private static final String CONTEXT = "The people of the United";
    private static final String CONTINUATION = " States paid 42 dollars.";

    private static final String PROMPT = "'prompt': '" + CONTEXT + "', ";

    /** Rounding of float32 sums in another order. */
    private static final double TOLERANCE = 1e-4;

    @TempDir private static Path folder;
    private TestServer server;

    @BeforeAll
    void start() {
        server = TestServer.start(folder, ServeLimits.defaults());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** Returns JSON of a text with apostrophes for quotation marks. */
    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private JsonNode tokenize(String model, String text) {
        return server.answer(
                        "/tokenize",
                        json("{'model': '" + model + "', 'prompt': " + Json.toLine(text) + "}"))
                .path("tokens");
    }

    @Test
    void echoedLogProbabilitiesAreThoseOfTheScorer() {
        for (String model : List.of("lime", "plain")) {
            ContinuationScore expected =
                    ContinuationScorer.of(server.model(model), 4)
                            .logLikelihood(CONTEXT, List.of(CONTINUATION))
                            .get(0);
            JsonNode ids = tokenize(model, CONTEXT + CONTINUATION);
            int context = tokenize(model, CONTEXT).size();
            for (String prompt : List.of(Json.toLine(CONTEXT + CONTINUATION), ids.toString())) {
                JsonNode choice =
                        server.choice(
                                json(
                                        "{'model': '"
                                                + model
                                                + "', 'prompt': "
                                                + prompt
                                                + ", 'echo': true,"
                                                + " 'logprobs': 1, 'max_tokens': 0}"));
                assertThat(choice.path("text").asText()).isEqualTo(CONTEXT + CONTINUATION);
                JsonNode columns = choice.path("logprobs");
                assertThat(columns.path("tokens").size()).isEqualTo(ids.size());
                assertThat(columns.path("token_logprobs").get(0).isNull()).isTrue();
                double sum = 0;
                boolean greedy = true;
                for (int i = context; i < ids.size(); i++) {
                    double own = columns.path("token_logprobs").get(i).asDouble();
                    sum += own;
                    greedy &= own == largest(columns.path("top_logprobs").get(i));
                }
                assertThat(sum).as(model).isCloseTo(expected.logLikelihood(), within(TOLERANCE));
                assertThat(ids.size() - context).isEqualTo(expected.tokens());
                assertThat(greedy).isEqualTo(expected.greedy());
            }
        }
    }

    private static double largest(JsonNode top) {
        return StreamSupport.stream(top.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .max()
                .orElseThrow();
    }

    /**
     * What lm-evaluation-harness reads: the last token is the generated one, end of text or not.
     */
    @Test
    void oneGeneratedTokenFollowsTheEchoedOnes() {
        JsonNode ids = tokenize("lime", CONTEXT);
        JsonNode answer =
                server.answer(
                        "/v1/completions",
                        json(
                                "{'prompt': ["
                                        + ids
                                        + ", "
                                        + ids
                                        + "], 'echo': true,"
                                        + " 'logprobs': 1, 'max_tokens': 1, 'temperature': 0}"));
        assertThat(answer.path("choices")).hasSize(2);
        assertThat(answer.path("choices").get(0).path("logprobs"))
                .isEqualTo(answer.path("choices").get(1).path("logprobs"));
        JsonNode columns = answer.path("choices").get(0).path("logprobs");
        for (String column : List.of("tokens", "token_logprobs", "top_logprobs", "text_offset")) {
            assertThat(columns.path(column).size()).as(column).isEqualTo(ids.size() + 1);
        }
        JsonNode last = columns.path("top_logprobs").get(ids.size());
        assertThat(columns.path("token_logprobs").get(ids.size()).asDouble())
                .isEqualTo(largest(last));
        assertThat(answer.path("usage").path("prompt_tokens").asInt()).isEqualTo(2 * ids.size());
        assertThat(answer.path("lime").path("arm").asText()).isEqualTo("lime/causal");
        assertThat(answer.path("lime").path("prompt").path("origin").asText())
                .isEqualTo("observed");
        assertThat(answer.path("lime").path("generated").path("annotation").asText())
                .isEqualTo("causal");
    }

    @Test
    void generatedTextIsThatOfTheCommand() {
        SamplingOptions sampling = new SamplingOptions(0.8, 40, 0.9, 7, 30);
        for (String model : List.of("lime", "plain", "next")) {
            String body =
                    json(
                            "{'model': '"
                                    + model
                                    + "', "
                                    + PROMPT
                                    + "'temperature': 0.8, 'top_k': 40,"
                                    + " 'top_p': 0.9, 'seed': 7, 'max_tokens': 30}");
            try (TextGenerator generator = new TextGenerator(server.model(model))) {
                GeneratedText expected =
                        generator.generate(
                                CONTEXT, MetadataChoice.automatic(), sampling, added -> {});
                assertThat(server.choice(body).path("text").asText()).isEqualTo(expected.text());
            }
        }
    }

    @Test
    void streamedPartsAreTheWholeAnswer() {
        String fields = json("{" + PROMPT + "'max_tokens': 20, 'logprobs': 2, 'echo': true}");
        JsonNode whole = server.choice(fields);
        HttpResponse<String> stream =
                server.post(
                        "/v1/completions",
                        fields.replace(
                                "}",
                                ", \"stream\": true, \"stream_options\": {\"include_usage\": true}}"));
        assertThat(stream.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        List<String> events = List.of(stream.body().split("\n\n"));
        assertThat(events).allMatch(event -> event.startsWith("data: "));
        assertThat(events.get(events.size() - 1)).isEqualTo("data: [DONE]");
        StringBuilder text = new StringBuilder();
        List<String> tokens = new ArrayList<>();
        JsonNode last = server.answer("/v1/completions", fields);
        String reason = "";
        for (String event : events.subList(0, events.size() - 1)) {
            last = TestServer.parse(event.substring("data: ".length()));
            for (JsonNode choice : last.path("choices")) {
                text.append(choice.path("text").asText());
                choice.path("logprobs").path("tokens").forEach(token -> tokens.add(token.asText()));
                reason = choice.path("finish_reason").asText();
            }
        }
        assertThat(text.toString()).isEqualTo(whole.path("text").asText());
        assertThat(tokens).hasSize(whole.path("logprobs").path("tokens").size());
        assertThat(reason).isEqualTo(whole.path("finish_reason").asText());
        assertThat(last.path("usage").path("completion_tokens").asInt()).isPositive();
        assertThat(last.path("lime").path("generated").path("origin").asText())
                .isEqualTo("observed");
    }

    @Test
    void aStopTextEndsTheAnswerWhetherStreamedOrNot() {
        String plain = json("{" + PROMPT + "'max_tokens': 20, 'seed': 3}");
        String whole = server.choice(plain).path("text").asText();
        String stop = whole.substring(whole.length() / 2, whole.length() / 2 + 2);
        String stopped =
                plain.replace("}", ", \"logprobs\": 0, \"stop\": [" + Json.toLine(stop) + "]}");
        JsonNode choice = server.choice(stopped);
        assertThat(choice.path("text").asText()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
        assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
        JsonNode offsets = choice.path("logprobs").path("text_offset");
        assertThat(offsets.get(offsets.size() - 1).asInt())
                .isLessThan(choice.path("text").asText().length());
        String streamed =
                server.post("/v1/completions", stopped.replace("}", ", \"stream\": true}")).body();
        StringBuilder text = new StringBuilder();
        for (String event : streamed.split("\n\n")) {
            if (!event.endsWith("[DONE]")) {
                TestServer.parse(event.substring("data: ".length()))
                        .path("choices")
                        .forEach(part -> text.append(part.path("text").asText()));
            }
        }
        assertThat(text.toString()).isEqualTo(choice.path("text").asText());
    }

    @Test
    void tagsOfASelfFedModelArePredictedUnlessTheRequestSaysOtherwise() {
        List<String> origins =
                List.of("predicted-marginal", "predicted-greedy", "annotated", "given");
        List<String> extra =
                List.of(
                        "",
                        ", \"tags\": \"predicted-greedy\"",
                        ", \"tags\": \"annotated\"",
                        ", \"given\": {\"pos\": \"CD\", \"ner\": \"MONEY\"}");
        List<Double> scores = new ArrayList<>();
        for (int i = 0; i < extra.size(); i++) {
            String body =
                    json(
                            "{'model': 'next', "
                                    + PROMPT
                                    + "'echo': true, 'logprobs': 1, 'max_tokens': 0}");
            JsonNode answer =
                    server.answer("/v1/completions", body.replace("}", extra.get(i) + "}"));
            String origin = origins.get(i).equals("annotated") ? "oracle" : origins.get(i);
            assertThat(answer.path("lime").path("prompt").path("origin").asText())
                    .isEqualTo(origin);
            JsonNode logprobs = answer.findPath("token_logprobs");
            scores.add(
                    IntStream.range(1, logprobs.size())
                            .mapToDouble(at -> logprobs.get(at).asDouble())
                            .sum());
        }
        assertThat(scores).doesNotHaveDuplicates();
    }

    @Test
    void fieldsWithoutEffectAreRefused() {
        for (String extra :
                List.of(
                        "'tags': 'nonsense', 'echo': true, 'logprobs': 1",
                        "'tags': 'annotated'",
                        "'tags': 'annotated', 'given': {'pos': 'CD'}, 'echo': true, 'logprobs': 1",
                        "'plan': 'pos:CD', 'max_tokens': 0",
                        "'stream_options': 'x'",
                        "'stream_options': {'include_usage': 'yes'}",
                        "'stream_options': {'other': 1}")) {
            String body = json("{'model': 'next', 'prompt': 'It', " + extra + "}");
            assertThat(server.post("/v1/completions", body).statusCode()).as(extra).isEqualTo(400);
        }
    }

    @Test
    void aPlanRestrictsTheTagsAndEndsTheText() {
        String body =
                json(
                        "{'model': 'next', 'prompt': 'It cost', 'plan': 'pos:CD CD', 'max_tokens': 9}");
        JsonNode answer = server.answer("/v1/completions", body);
        assertThat(answer.path("usage").path("completion_tokens").asInt()).isEqualTo(2);
        assertThat(answer.path("lime").path("generated").path("origin").asText())
                .isEqualTo("given");
        assertThat(answer.path("choices").get(0).path("finish_reason").asText()).isEqualTo("stop");
    }

    @Test
    void severalPromptsAreAnsweredInOrder() {
        JsonNode answer =
                server.answer(
                        "/v1/completions",
                        json("{'prompt': ['The', 'We'], 'echo': true, 'max_tokens': 2}"));
        assertThat(answer.path("choices").get(0).path("text").asText()).startsWith("The");
        assertThat(answer.path("choices").get(1).path("text").asText()).startsWith("We");
        assertThat(answer.path("choices").get(1).path("index").asInt()).isEqualTo(1);
        assertThat(answer.path("choices").get(0).path("logprobs").isNull()).isTrue();
        JsonNode nothing = server.choice(json("{'prompt': '', 'max_tokens': 3}"));
        assertThat(nothing.path("finish_reason").asText()).isIn("length", "stop");
    }

    @Test
    void theAnnotationModeOfScoringCanBeChosen() {
        ContinuationScorer prefix =
                new ContinuationScorer(server.model("lime"), AnnotationMode.PREFIX, 4);
        String first = "The";
        double expected = prefix.logLikelihood(first, List.of(CONTINUATION)).get(0).logLikelihood();
        JsonNode answer =
                server.answer(
                        "/v1/completions",
                        json(
                                "{'prompt': "
                                        + Json.toLine(first + CONTINUATION)
                                        + ", 'annotation':"
                                        + " 'prefix', 'echo': true, 'logprobs': 0, 'max_tokens': 0}"));
        assertThat(answer.path("lime").path("prompt").path("annotation").asText())
                .isEqualTo("prefix");
        JsonNode logprobs = answer.findPath("token_logprobs");
        int start = tokenize("lime", first).size();
        double sum = 0;
        for (int i = start; i < logprobs.size(); i++) {
            sum += logprobs.get(i).asDouble();
        }
        assertThat(sum).isCloseTo(expected, within(TOLERANCE));
    }
}
