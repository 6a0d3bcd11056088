package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.limelm.core.ConfigException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.model.device.Precision;
import org.limelm.train.config.RunConfig;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.evaluation.ModelEvaluation;
import org.limelm.train.evaluation.TagSupply;
import org.limelm.train.evaluation.TokenSink;
import org.limelm.train.generation.TrainedModel;
import org.limelm.train.task.Task;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lime eval}: computes loss, perplexity, bits per byte and accuracy. */
@Command(
        name = "eval",
        description = {
            "Evaluates a trained model on its held-out documents, on other text, or on tasks.",
            "Every result states the annotation mode of the tags and their source."
        },
        footer = {
            "",
            "Examples:",
            "  lime eval runs/first",
            "  lime eval runs/full --annotation prefix --tokens 20000",
            "  lime eval runs/plus1 --tags predicted-marginal --candidates 16",
            "  lime eval runs/first --text other.jsonl --json",
            "  lime eval runs/first --tasks blimp,lambada --data data/eval --limit 1000",
            "  lime eval runs/plus1 --tasks arithmetic --given task",
            "  lime eval runs/plus1 --tasks sciq --data data/eval --tags predicted-marginal"
        })
final class EvalCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "RUN",
            description = "Folder of a run, or of a model if --text or --tasks is given.")
    private Path run = Path.of("run");

    @Option(
            names = "--text",
            arity = "1..*",
            paramLabel = "FILE",
            description = "Text to evaluate on instead of the held-out documents.")
    private List<Path> text = List.of();

    @Option(
            names = "--tokens",
            defaultValue = "0",
            paramLabel = "N",
            description = "Tokens to score; 0 means all (default: ${DEFAULT-VALUE}).")
    private long tokens;

    @Mixin private ScoringOptions scoring = new ScoringOptions();

    @Mixin private TaskArguments tasks = new TaskArguments();

    @Mixin private ModelOptions model = new ModelOptions();

    @Mixin private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        if (tasks.isPresent()) {
            return runTasks();
        }
        TagSupply supply = scoring.supply();
        try (TrainedModel trained = model.open(run, Precision.F32)) {
            ModelEvaluation evaluation = new ModelEvaluation(trained, scoring.batchSize());
            AnnotationMode mode = scoring.mode(trained);
            EvaluationResult result =
                    text.isEmpty()
                            ? evaluation.heldOut(runConfig(), mode, supply, tokens, TokenSink.NONE)
                            : evaluation.text(text, mode, supply, tokens);
            System.out.println(result.line());
            json.print(result);
        }
        return 0;
    }

    private int runTasks() {
        if (!text.isEmpty() || tokens > 0) {
            throw new ConfigException(
                    "[eval] --text and --tokens are not options of --tasks. Hint: use --limit");
        }
        List<Task> loaded = tasks.load();
        try (TrainedModel trained = model.open(run, Precision.F32)) {
            json.print(tasks.run(loaded, trained, scoring));
        }
        return 0;
    }

    private RunConfig runConfig() {
        return ConfigLoader.load(RunConfig.class, run.resolve("config.yaml"), List.of());
    }
}
