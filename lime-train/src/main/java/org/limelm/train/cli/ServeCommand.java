package org.limelm.train.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.model.device.Precision;
import org.limelm.train.serve.LimeServer;
import org.limelm.train.serve.ServeLimits;
import org.limelm.train.serve.ServedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lime serve}: offers models over HTTP. */
@Command(
        name = "serve",
        description = {
            "Offers trained models over HTTP: completions with log-probabilities in the shape of",
            "OpenAI's API, for harnesses and other clients, and a page that shows text as the models",
            "read it. Ends on SIGINT or SIGTERM, after the requests in work."
        },
        footer = {
            "",
            "Examples:",
            "  lime serve runs/first",
            "  lime serve runs/baseline runs/lime --port 9000",
            "  lime serve runs/joint --tags predicted-greedy --verbose",
            "  curl http://127.0.0.1:8080/v1/completions -H 'Content-Type: application/json' \\",
            "      -d '{\"prompt\": \"The people\", \"max_tokens\": 20, \"logprobs\": 1}'"
        })
final class ServeCommand implements Callable<Integer> {
    private static final String DEFAULT = " (default: ${DEFAULT-VALUE}).";

    @Parameters(
            index = "0..*",
            arity = "1..*",
            paramLabel = "RUN",
            description = "Folders of runs or models; requests name them by folder.")
    private List<Path> runs = List.of();

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            paramLabel = "ADDRESS",
            description = "Address to listen on; by default for this machine only" + DEFAULT)
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            defaultValue = "8080",
            paramLabel = "PORT",
            description = "Port to listen on; 0 means any free one" + DEFAULT)
    private int port;

    @Option(
            names = "--annotation",
            paramLabel = "MODE",
            description =
                    "Annotation mode in scoring: full, prefix or causal (default: as trained).")
    private Optional<AnnotationMode> annotation = Optional.empty();

    @Option(
            names = "--tags",
            paramLabel = "SOURCE",
            description = {
                "Tags in scoring: annotated, none, predicted-greedy or predicted-marginal (default:",
                "predicted-marginal for lime+1 with nextTags, none for models whose training ended",
                "without tags, otherwise annotated)."
            })
    private Optional<String> tags = Optional.empty();

    @Option(
            names = "--max-body",
            defaultValue = "1048576",
            paramLabel = "BYTES",
            description = "Maximum size of a request" + DEFAULT)
    private int bodyBytes;

    @Option(
            names = "--max-prompt",
            defaultValue = "4096",
            paramLabel = "TOKENS",
            description = "Maximum length of a prompt" + DEFAULT)
    private int promptTokens;

    @Option(
            names = "--max-tokens",
            defaultValue = "1024",
            paramLabel = "TOKENS",
            description = "Maximum number of generated tokens per prompt" + DEFAULT)
    private int maxTokens;

    @Option(
            names = "--concurrent",
            defaultValue = "2",
            paramLabel = "N",
            description =
                    "Requests in work at the same time; each model serves one at a time" + DEFAULT)
    private int concurrent;

    @Option(
            names = "--queue",
            defaultValue = "64",
            paramLabel = "N",
            description = "Requests that wait; more are refused with status 429" + DEFAULT)
    private int queue;

    @Option(
            names = "--timeout",
            defaultValue = "120",
            paramLabel = "SECONDS",
            description = "Maximum duration of a request, waiting included" + DEFAULT)
    private long timeoutSeconds;

    @Mixin private ModelOptions model = new ModelOptions();

    @Override
    public Integer call() throws InterruptedException {
        ServeLimits limits =
                new ServeLimits(
                        bodyBytes,
                        promptTokens,
                        maxTokens,
                        concurrent,
                        queue,
                        Duration.ofSeconds(timeoutSeconds));
        List<String> names = ServedModel.names(runs);
        List<ServedModel> models = new ArrayList<>();
        try {
            for (int i = 0; i < runs.size(); i++) {
                models.add(
                        new ServedModel(
                                names.get(i),
                                model.open(runs.get(i), Precision.F32),
                                new ServedModel.Defaults(annotation, tags)));
            }
            try (LimeServer server = LimeServer.start(models, host, port, limits)) {
                stopOnTermination(server, limits.timeout());
                System.out.println("Serving " + names + " at " + server.url() + "/");
                System.out.flush();
                new CountDownLatch(1).await(); // until a signal ends the process
            }
        } finally {
            models.forEach(ServedModel::close);
        }
        return 0;
    }

    private static void stopOnTermination(LimeServer server, Duration grace) {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    boolean finished = server.stop(grace);
                                    System.err.println(
                                            finished
                                                    ? "[serve] stopped"
                                                    : "[serve] stopped with requests unfinished");
                                },
                                "lime-serve-stop"));
    }
}
