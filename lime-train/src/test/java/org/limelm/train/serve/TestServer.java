package org.limelm.train.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.train.RandomModels;
import org.limelm.train.arm.Arm;
import org.limelm.train.arm.NextTags;
import org.limelm.train.generation.TrainedModel;

/** A server of small models with random weights, and a client. */
final class TestServer implements AutoCloseable {
    /** A model that predicts the tags it reads. */
    static final Arm SELF_FED = Arm.LIME_PLUS_1.withNextTags(NextTags.of("0.3"));

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<ServedModel> models;
    private final LimeServer server;

    private TestServer(List<ServedModel> models, LimeServer server) {
        this.models = models;
        this.server = server;
    }

    /** Starts a server of models named {@code lime}, {@code plain} and {@code next}. */
    static TestServer start(Path folder, ServeLimits limits) {
        Map<String, Arm> arms = new LinkedHashMap<>();
        arms.put("lime", Arm.LIME);
        arms.put("plain", Arm.PLAIN);
        arms.put("next", SELF_FED);
        return start(folder, limits, arms);
    }

    /** Starts a server of models. */
    static TestServer start(Path folder, ServeLimits limits, Map<String, Arm> arms) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path tokenizer = RandomModels.tokenizer(folder);
        List<ServedModel> models = new ArrayList<>();
        arms.forEach(
                (name, arm) -> {
                    Path model =
                            RandomModels.save(
                                    folder.resolve(name), tokenizer, arm, AnnotationMode.CAUSAL);
                    models.add(
                            new ServedModel(
                                    name,
                                    TrainedModel.open(model),
                                    ServedModel.Defaults.ofModel()));
                });
        return new TestServer(models, LimeServer.start(models, "127.0.0.1", 0, limits));
    }

    LimeServer server() {
        return server;
    }

    List<ServedModel> served() {
        return models;
    }

    TrainedModel model(String name) {
        return models.stream()
                .filter(model -> model.name().equals(name))
                .findFirst()
                .orElseThrow()
                .model();
    }

    /** Returns a request to a path. */
    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path))
                .timeout(Duration.ofSeconds(60));
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<String> get(String path) {
        return send(request(path).build());
    }

    HttpResponse<String> post(String path, String json) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build());
    }

    /** Returns the answer to a request that succeeds. */
    JsonNode answer(String path, String json) {
        HttpResponse<String> response = post(path, json);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return parse(response.body());
    }

    /** Returns the first choice of a completion. */
    JsonNode choice(String json) {
        return answer("/v1/completions", json).path("choices").get(0);
    }

    static JsonNode parse(String json) {
        return Json.parse(json, JsonNode.class, "answer");
    }

    @Override
    public void close() {
        server.close();
        models.forEach(ServedModel::close);
    }
}
