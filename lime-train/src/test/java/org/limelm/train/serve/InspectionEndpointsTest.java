package org.limelm.train.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.train.score.ContinuationScorer;

/** What a server offers apart from completions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InspectionEndpointsTest {
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

    @Test
    void modelsAndHealthAreDescribed() {
        JsonNode models = TestServer.parse(server.get("/v1/models").body());
        assertThat(models.path("data").findValuesAsText("id"))
                .containsExactly("lime", "plain", "next");
        JsonNode lime = models.path("data").get(0).path("lime");
        assertThat(lime.path("arm").asText()).isEqualTo("lime/causal");
        assertThat(lime.path("tables").path("pos").get(0).asText()).isEqualTo("NONE");
        assertThat(models.path("data").get(2).path("lime").path("predicts_tags").asBoolean())
                .isTrue();
        assertThat(server.get("/v1/models/plain").body()).contains("\"id\":\"plain\"");
        assertThat(server.get("/v1/models/none").statusCode()).isEqualTo(404);
        assertThat(server.get("/health").body()).contains("\"status\":\"ok\"");
    }

    /** The endpoints of vLLM that lm-evaluation-harness uses. */
    @Test
    void textIsSplitAsInTrainingAndBack() {
        JsonNode tokens =
                server.answer("/tokenize", "{\"prompt\": \"We didn't pay.\", \"model\": \"lime\"}");
        assertThat(tokens.path("count").asInt()).isEqualTo(tokens.path("tokens").size());
        String back =
                server.answer("/detokenize", "{\"tokens\": " + tokens.path("tokens") + "}")
                        .path("prompt")
                        .asText();
        assertThat(back).isEqualTo("We didn't pay.");
        String end =
                TestServer.parse(server.get("/tokenizer_info").body()).path("eos_token").asText();
        assertThat(
                        server.answer(
                                        "/tokenize",
                                        "{\"model\": \"lime\", \"prompt\": \"" + end + "\"}")
                                .path("tokens")
                                .get(0))
                .hasToString(Integer.toString(server.model("lime").tokenizer().endOfTextId()));
        for (String wrong : List.of("[999]", "[3.9]", "\"abc\"", "null")) {
            assertThat(server.post("/detokenize", "{\"tokens\": " + wrong + "}").statusCode())
                    .isEqualTo(400);
        }
        HttpResponse<String> unnamed = server.post("/tokenize", "{\"prompt\": \"We\"}");
        assertThat(unnamed.statusCode()).isEqualTo(400);
        assertThat(unnamed.body()).contains("split text differently", "lime, plain, next");
    }

    @Test
    void anInspectedTextHasWordsPiecesTagsAndTheLossOfTheScorer() {
        String text = "Lincoln didn't pay.";
        for (String model : List.of("lime", "plain")) {
            JsonNode shown =
                    server.answer(
                            "/api/inspect",
                            "{\"text\": \"%s\", \"model\": \"%s\"}".formatted(text, model));
            assertThat(shown.path("words").findValuesAsText("text"))
                    .containsExactly("Lincoln", "did", "n't", "pay", ".");
            assertThat(shown.path("words").get(1).path("full").get(0).asText()).isEqualTo("VBD");
            StringBuilder joined = new StringBuilder();
            shown.path("pieces").forEach(piece -> joined.append(piece.path("text").asText()));
            assertThat(joined.toString()).isEqualTo(text);
            assertThat(shown.path("pieces").get(0).path("top")).hasSize(5);
            double loss = shown.path("loss").asDouble() * shown.path("tokens").asInt();
            double expected =
                    ContinuationScorer.of(server.model(model), 4)
                            .logLikelihood("", List.of(text))
                            .get(0)
                            .logLikelihood();
            assertThat(loss).isCloseTo(-expected, within(1e-4));
        }
        assertThat(server.answer("/api/inspect", "{\"text\": \"\"}").path("words")).isEmpty();
    }

    @Test
    void thePageRefersToNothingOutside() {
        for (PageFile file : PageFile.values()) {
            HttpResponse<String> response = server.get(file.path());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).hasValue(file.type());
            assertThat(response.body()).doesNotContain("http:", "https:", "url(");
        }
    }
}
