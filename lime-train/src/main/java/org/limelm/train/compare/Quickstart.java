package org.limelm.train.compare;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.limelm.core.LimeException;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.model.generate.SamplingOptions;
import org.limelm.train.arm.Arm;
import org.limelm.train.compare.HtmlReport.GeneratedSample;
import org.limelm.train.config.CheckpointConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.generation.MetadataChoice;
import org.limelm.train.generation.TextGenerator;
import org.limelm.train.generation.TrainedModel;
import org.limelm.train.loop.StopSignal;
import org.limelm.train.loop.TrainingListener;
import org.limelm.train.prepare.BundledSample;
import org.limelm.train.prepare.PreparationListener;

/**
 * The whole path on the bundled sample: annotates it, trains {@code baseline}, {@code lime/full},
 * {@code lime/causal} and {@code lime+1} on the same tokens, evaluates each, lets {@code
 * lime/causal} write, and makes a report.
 */
public final class Quickstart {
    private static final Arm WRITER = Arm.LIME.in(AnnotationMode.CAUSAL);
    private static final List<Arm> ARMS =
            List.of(
                    Arm.BASELINE.in(AnnotationMode.FULL),
                    Arm.LIME.in(AnnotationMode.FULL),
                    WRITER,
                    Arm.LIME_PLUS_1.in(AnnotationMode.FULL));
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

    private final Path folder;
    private final RunConfig config;

    /**
     * The end of a quick start.
     *
     * @param samples what {@code lime/causal} wrote, by caption
     * @param page the report as HTML
     */
    public record Report(Map<String, GeneratedSample> samples, Path page) {}

    /**
     * Copies the sample and its configuration into a folder.
     *
     * @param overrides {@code key=value}, of the configuration
     */
    public Quickstart(Path folder, List<String> overrides) {
        this.folder = folder;
        RunConfig base = BundledSample.copyTo(folder, overrides);
        config = base.withCheckpoint(base.checkpoint().withResume(CheckpointConfig.LATEST));
    }

    /**
     * Trains and evaluates the arms, or resumes where an earlier call was stopped.
     *
     * @throws LimeException if the stop was requested
     */
    public Comparison compare(
            PreparationListener preparation, TrainingListener training, StopSignal stop) {
        return new ArmComparison(config, preparation, training).run("LIME quick start", ARMS, stop);
    }

    /** Lets {@code lime/causal} write, and writes the page and {@code comparison.json}. */
    public Report report(Comparison comparison) {
        Map<String, GeneratedSample> samples = samples(ArmComparison.folder(config, WRITER));
        Path page = folder.resolve("report.html");
        AtomicFile.writeString(page, new HtmlReport(comparison, NOTES, samples).toHtml());
        Json.write(folder.resolve("comparison.json"), comparison);
        return new Report(samples, page);
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
                        String.format(
                                Locale.ROOT,
                                "%s %d (tags %s, %s)",
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
