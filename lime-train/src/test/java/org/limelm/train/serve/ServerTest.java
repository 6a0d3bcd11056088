package org.limelm.train.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;

/** Errors, limits, concurrency, and the end of a server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ServerTest {
    private static final ServeLimits LIMITS =
            new ServeLimits(2_000, 40, 30_000, 1, 0, Duration.ofSeconds(60));

    @TempDir private static Path folder;
    private TestServer server;

    @BeforeAll
    void start() {
        server = TestServer.start(folder.resolve("common"), LIMITS);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** Bodies have apostrophes for quotation marks. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "{'prompt': 'The', 'n': 2} | 400 | n | n is not supported",
                "{'prompt': 'The', 'best_of': 3} | 400 | best_of | not supported",
                "{'prompt': 'The', 'suffix': 'x'} | 400 | suffix | not supported",
                "{'prompt': 'The', 'presence_penalty': 0.5} | 400 | presence_penalty | not supported",
                "{'prompt': 'The', 'logit_bias': {'5': 1}} | 400 | logit_bias | not supported",
                "{'prompt': 'The', 'maxTokens': 5} | 400 | maxTokens | unknown field 'maxTokens'",
                "{'prompt': 'The', 'max_tokens': 30001} | 400 | max_tokens | expected 0 to 30000",
                "{'prompt': 'The', 'max_tokens': '5'} | 400 | max_tokens | expected an integer",
                "{'prompt': 'The', 'logprobs': 21} | 400 | logprobs | expected 0 to 20",
                "{'prompt': 'The', 'top_p': 0} | 400 | top_p | [topP] 0.0",
                "{'prompt': 'The', 'stop': ['']} | 400 | stop | none of them empty",
                "{'prompt': 'The', 'model': 'gpt'} | 404 | | expected one of [lime, plain, next]",
                "{'prompt': []} | 400 | prompt | expected a string, token ids",
                "{'prompt': [3, 'a']} | 400 | prompt | expected a string, token ids",
                "{'prompt': [399, 400]} | 400 | prompt | token id 400, expected 0 to 399",
                "{'prompt': [-1]} | 400 | prompt | token id -1",
                "{} | 400 | prompt | prompt is absent",
                "{'prompt': 'The' | 400 | | the body is not JSON",
                "[] | 400 | | not a JSON object",
                "{'prompt': 'The', 'plan': 'pos:NN'} | 400 | | does not predict the tags",
                "{'prompt': 'The', 'model': 'next', 'plan': 'pos:XX'} | 400 | | unknown pos tag 'XX'",
                "{'prompt': 'The', 'given': {'pos': 'XX'}} | 400 | | unknown pos tag 'XX'",
                "{'prompt': 'The', 'annotation': 'half'} | 400 | annotation | full, prefix, causal",
                "{'prompt': 'The', 'echo': true, 'logprobs': 1, 'tags': 'joint'} | 400 | | not as text with its tags"
            })
    void wrongRequestsAreNamed(String body, int status, String field, String message) {
        HttpResponse<String> response = server.post("/v1/completions", body.replace('\'', '"'));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode error = TestServer.parse(response.body()).path("error");
        assertThat(error.path("message").asText()).contains(message);
        assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
        if (field != null) {
            assertThat(error.path("param").asText()).isEqualTo(field);
        }
    }

    @Test
    void otherPathsMethodsAndSizesAreRefused() {
        assertThat(server.get("/v1/chat").statusCode()).isEqualTo(404);
        assertThat(server.get("/v1/completions").statusCode()).isEqualTo(405);
        String large = "{\"prompt\": \"" + "x".repeat(2_000) + "\"}";
        HttpResponse<String> response = server.post("/v1/completions", large);
        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).contains("body_too_large", "2000 bytes");
        HttpResponse<String> prompt =
                server.post("/v1/completions", "{\"prompt\": \"" + "paid 42 ".repeat(40) + "\"}");
        assertThat(prompt.statusCode()).isEqualTo(400);
        assertThat(prompt.body()).contains("context_length_exceeded", "limit of this server is 40");
    }

    @Test
    void pagesOfOtherSitesAreRefused() {
        HttpRequest foreign =
                server.request("/v1/models").header("Origin", "http://example.org").build();
        assertThat(server.send(foreign).statusCode()).isEqualTo(403);
        HttpRequest own =
                server.request("/v1/models").header("Origin", server.server().url()).build();
        assertThat(server.send(own).statusCode()).isEqualTo(200);
    }

    @Test
    void anotherHostNameIsRefused() throws IOException {
        URI url = URI.create(server.server().url());
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.getOutputStream()
                    .write(
                            "GET /health HTTP/1.1\r\nHost: example.org\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            byte[] start = socket.getInputStream().readNBytes(12);
            assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 403");
        }
    }

    /** A request that is admitted and never sends the rest of its body. */
    private Socket unfinishedRequest(TestServer to) throws IOException {
        URI url = URI.create(to.server().url());
        Socket socket = new Socket(url.getHost(), url.getPort());
        OutputStream out = socket.getOutputStream();
        out.write(
                "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n{"
                        .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        while (TestServer.parse(to.get("/health").body()).path("requests").asInt() == 0) {
            Thread.onSpinWait();
        }
        return socket;
    }

    @Test
    void aFullQueueAnswersTryAgain() throws IOException {
        try (Socket first = unfinishedRequest(server)) {
            HttpResponse<String> second = server.post("/v1/completions", "{\"prompt\": \"The\"}");
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(second.body()).contains("queue_full");
            assertThat(second.headers().firstValue("Retry-After")).isPresent();
            assertThat(first.isConnected()).isTrue();
        }
        while (TestServer.parse(server.get("/health").body()).path("requests").asInt() > 0) {
            Thread.onSpinWait();
        }
        assertThat(server.post("/v1/completions", "{\"prompt\": \"The\"}").statusCode())
                .isEqualTo(200);
    }

    @Test
    void aRequestThatTakesTooLongEnds() {
        ServeLimits hasty = new ServeLimits(2_000, 40, 30_000, 1, 0, Duration.ofMillis(300));
        try (TestServer other = TestServer.start(folder.resolve("hasty"), hasty)) {
            HttpResponse<String> response =
                    other.post(
                            "/v1/completions",
                            "{\"prompt\": \"The\", \"max_tokens\": 30000, \"model\": \"next\"}");
            assertThat(response.statusCode()).isEqualTo(504);
            assertThat(response.body()).contains("300 ms", "--timeout");
        }
    }

    @Test
    void requestsAtTheSameTimeGetTheAnswersOfRequestsInTurn() throws Exception {
        ServeLimits several = new ServeLimits(2_000, 40, 100, 3, 20, Duration.ofSeconds(60));
        ExecutorService clients = Executors.newFixedThreadPool(9);
        try (TestServer other = TestServer.start(folder.resolve("several"), several)) {
            List<String> bodies =
                    Stream.of("lime", "plain", "next")
                            .flatMap(model -> IntStream.range(0, 3).mapToObj(i -> body(model, i)))
                            .toList();
            List<String> inTurn = bodies.stream().map(body -> text(other, body)).toList();
            List<CompletableFuture<String>> together =
                    bodies.stream()
                            .map(
                                    body ->
                                            CompletableFuture.supplyAsync(
                                                    () -> text(other, body), clients))
                            .toList();
            for (int i = 0; i < bodies.size(); i++) {
                assertThat(together.get(i).get()).isEqualTo(inTurn.get(i));
            }
        } finally {
            clients.shutdown();
        }
    }

    private static String body(String model, int seed) {
        return "{\"prompt\": \"We paid\", \"max_tokens\": 20, \"model\": \"%s\", \"seed\": %d}"
                .formatted(model, seed);
    }

    private static String text(TestServer server, String body) {
        return server.choice(body).path("text").asText();
    }

    @Test
    void aServerThatStopsFinishesTheRequestInWork() throws Exception {
        TestServer other = TestServer.start(folder.resolve("stopping"), LIMITS);
        String body = "{\"prompt\": \"The\", \"max_tokens\": 2000, \"model\": \"plain\"}";
        CompletableFuture<HttpResponse<String>> inWork =
                CompletableFuture.supplyAsync(() -> other.post("/v1/completions", body));
        while (TestServer.parse(other.get("/health").body()).path("requests").asInt() == 0) {
            Thread.onSpinWait();
        }
        assertThat(other.server().stop(Duration.ofSeconds(60))).isTrue();
        assertThat(inWork.get().statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> other.get("/health")).hasRootCauseInstanceOf(IOException.class);
        other.close();
    }

    @Test
    void aStopDoesNotWaitForeverForARequest() throws IOException {
        TestServer other = TestServer.start(folder.resolve("stuck"), LIMITS);
        try (Socket stuck = unfinishedRequest(other)) {
            assertThat(other.server().stop(Duration.ofMillis(200))).isFalse();
            assertThat(stuck.isConnected()).isTrue();
        }
        other.close();
    }

    @Test
    void foldersAreNamedByAsManyPartsAsTellThemApart() {
        assertThat(ServedModel.names(List.of(Path.of("runs/first")))).containsExactly("first");
        assertThat(ServedModel.names(List.of(Path.of("c/lime/seed-1"), Path.of("c/base/seed-1/"))))
                .containsExactly("lime/seed-1", "base/seed-1");
        assertThatThrownBy(() -> ServedModel.names(List.of(Path.of("a"), Path.of("b/../a"))))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void anAddressInUseIsNamed() {
        int port = URI.create(server.server().url()).getPort();
        assertThatThrownBy(() -> LimeServer.start(server.served(), "127.0.0.1", port, LIMITS))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("127.0.0.1:" + port, "--port");
        assertThatThrownBy(() -> LimeServer.start(List.of(), "127.0.0.1", 0, LIMITS))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("no model");
    }
}
