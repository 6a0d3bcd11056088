package org.limelm.train.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.limelm.core.LimeException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.model.generate.SamplingOptions;
import org.limelm.train.arm.Arm;
import org.limelm.train.compare.ArmComparison;
import org.limelm.train.compare.ArmComparison.Side;
import org.limelm.train.compare.Comparison;
import org.limelm.train.compare.HtmlReport;
import org.limelm.train.compare.HtmlReport.GeneratedSample;
import org.limelm.train.config.CheckpointConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.RunFolderConfig;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.generation.MetadataChoice;
import org.limelm.train.generation.TextGenerator;
import org.limelm.train.generation.TrainedModel;
import org.limelm.train.loop.StopSignal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lime quickstart}: the whole path on the bundled sample. */
@Command(
        name = "quickstart",
        description = {
            "Annotates the bundled sample, trains baseline, lime/full, lime/causal and lime+1 on the",
            "same tokens, evaluates each, lets lime/causal write, and makes a report. Minutes on two",
            "cores. Stopped, the same command goes on where it stopped."
        },
        footer = {
            "",
            "Examples:",
            "  lime quickstart",
            "  lime quickstart --out runs/longer training.steps=1000"
        })
final class QuickstartCommand implements Callable<Integer> {
    private static final String CONFIG = "/org/limelm/train/configs/quickstart.yaml";
    private static final String SAMPLE = "/org/limelm/train/sample/sotu.jsonl.gz";
    private static final Side WRITER = new Side(Arm.LIME, AnnotationMode.CAUSAL);
    private static final List<Side> SIDES =
            List.of(
                    new Side(Arm.BASELINE, AnnotationMode.FULL),
                    new Side(Arm.LIME, AnnotationMode.FULL),
                    WRITER,
                    new Side(Arm.LIME_PLUS_1, AnnotationMode.FULL));
    private static final List<String> PROMPTS =
            List.of("The people of the United States", "My fellow Americans, tonight");
    private static final List<String> NOTES =
            List.of(
                    "All arms see the same tokens in the same order and share seed and initial"
                            + " weights; they differ in their metadata tables alone.",
                    "Tags 'full' are computed from whole sentences: they tell the model of words"
                            + " that it is yet to predict (oracle), and do not exist while a text is"
                            + " being written. The row of lime/full evaluated in 'prefix' shows what"
                            + " is left of it when the tagger sees no more than the model.",
                    "Tags 'causal' are computed from the text so far, in training, evaluation and"
                            + " generation alike (observed). lime+1 reads the tags of the next"
                            + " token, here from the reference text: an oracle.",
                    "One seed, a small model and a small text: figures of a demonstration, not of"
                            + " an experiment.");

    @Option(
            names = "--out",
            defaultValue = "runs/quickstart",
            paramLabel = "FOLDER",
            description = "Where everything goes (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("runs/quickstart");

    @Parameters(
            arity = "0..*",
            paramLabel = "key=value",
            description = "Keys that replace those of configs/quickstart.yaml.")
    private List<String> overrides = List.of();

    @Mixin private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        long startNanos = System.nanoTime();
        RunConfig base = config();
        ArmComparison arms;
        Comparison comparison;
        try (PreparationDisplay display = new PreparationDisplay();
                StopSignal stop = StopSignal.onTermination(Duration.ofMinutes(10))) {
            arms = new ArmComparison(base, display, new TrainingLog(System.out));
            comparison = arms.run("LIME quick start", SIDES, stop);
        }
        Map<String, GeneratedSample> samples = samples(arms.folder(WRITER));
        Path report = out.resolve("report.html");
        AtomicFile.writeString(report, new HtmlReport(comparison, NOTES, samples).toHtml());
        Json.write(out.resolve("comparison.json"), comparison);

        System.out.println();
        System.out.print(comparison.toTable());
        System.out.println();
        samples.forEach(
                (caption, sample) ->
                        System.out.println(
                                caption + ": " + sample.prompt() + sample.continuation() + "\n"));
        System.out.printf(
                "Report: %s (%d s)%n",
                report.toAbsolutePath(), (System.nanoTime() - startNanos) / 1_000_000_000);
        json.print(System.out, comparison);
        return 0;
    }

    private RunConfig config() {
        Path file = out.resolve("quickstart.yaml");
        Path sample = out.resolve("sample.jsonl.gz");
        copy(CONFIG, file);
        copy(SAMPLE, sample);
        RunConfig config = ConfigLoader.load(RunConfig.class, file, overrides);
        return config.withData(config.data().withCorpus(sample, out.resolve("work")))
                .withCheckpoint(config.checkpoint().withResume(CheckpointConfig.LATEST))
                .withRun(new RunFolderConfig(out));
    }

    private static void copy(String resource, Path target) {
        try (InputStream in = QuickstartCommand.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new LimeException("[" + resource + "] is not in the jar: build again");
            }
            Files.createDirectories(target.toAbsolutePath().getParent());
            AtomicFile.write(target, out -> in.transferTo(out));
        } catch (IOException e) {
            throw new LimeException("[" + target + "] cannot be written: " + e.getMessage(), e);
        }
    }

    private static Map<String, GeneratedSample> samples(Path run) {
        Map<String, GeneratedSample> samples = new LinkedHashMap<>();
        try (TrainedModel model = TrainedModel.open(run);
                TextGenerator generator = new TextGenerator(model)) {
            SamplingOptions sampling = new SamplingOptions(0.8, 40, 1, 1, 60);
            for (int i = 0; i < PROMPTS.size(); i++) {
                GeneratedText text =
                        generator.generate(
                                PROMPTS.get(i), MetadataChoice.automatic(), sampling, added -> {});
                samples.put(
                        "%s %d (tags %s, %s)"
                                .formatted(
                                        model.provenance().armLabel(),
                                        i + 1,
                                        text.annotation(),
                                        text.origin()),
                        new GeneratedSample(text.prompt(), text.text()));
            }
        }
        return samples;
    }
}
