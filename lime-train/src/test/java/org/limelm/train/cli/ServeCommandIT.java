package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.train.RandomModels;
import org.limelm.train.arm.Arm;

/** The process of {@code lime serve}. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ServeCommandIT {
    private static final Pattern ADDRESS = Pattern.compile("Serving \\[model] at (http://\\S+)/");

    @TempDir Path folder;
    private final HttpClient client = HttpClient.newHttpClient();
    private Optional<Process> started = Optional.empty();

    @AfterEach
    void kill() {
        started.ifPresent(Process::destroyForcibly);
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return "";
        }
    }

    private String start() throws IOException, InterruptedException {
        Path model =
                RandomModels.save(
                        folder.resolve("model"),
                        RandomModels.tokenizer(folder),
                        Arm.PLAIN,
                        AnnotationMode.CAUSAL);
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dai.djl.offline=true",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Lime.class.getName(),
                                "serve",
                                model.toString(),
                                "--port",
                                "0",
                                "--max-tokens",
                                "50000",
                                "--verbose")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
        started = Optional.of(process);
        Matcher address = ADDRESS.matcher(log());
        while (!address.find()) {
            assertThat(process.isAlive()).as(log()).isTrue();
            Thread.sleep(50);
            address = ADDRESS.matcher(log());
        }
        return address.group(1);
    }

    private HttpResponse<String> send(HttpRequest request) {
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).join();
    }

    @Test
    void aSignalEndsTheProcessAfterTheRequestInWork() throws Exception {
        assumeTrue(
                !System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows"),
                "signals are those of POSIX");
        String url = start();
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + "/v1/completions"))
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"prompt\": \"The\", \"max_tokens\": 3000}"))
                        .build();
        HttpRequest health = HttpRequest.newBuilder(URI.create(url + "/health")).build();
        CompletableFuture<HttpResponse<String>> inWork =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        while (!send(health).body().contains("\"requests\":1")) {
            assertThat(inWork.isDone()).as("still in work").isFalse();
        }
        Process process = started.orElseThrow();
        process.destroy(); // SIGTERM
        assertThat(inWork.get().statusCode()).isEqualTo(200);
        assertThat(process.waitFor()).isEqualTo(143);
        assertThat(log())
                .contains("[serve] stopped")
                .containsPattern("POST /v1/completions 200 \\d+ ms model prompts=1");
    }
}
