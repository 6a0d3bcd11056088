package org.limelm.train.compare;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.model.generate.SamplingOptions;
import org.limelm.train.arm.Arm;
import org.limelm.train.compare.ComparisonReport.GeneratedSample;
import org.limelm.train.config.ComparisonConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.generation.MetadataChoice;
import org.limelm.train.generation.TextGenerator;
import org.limelm.train.generation.TrainedModel;
import org.limelm.train.loop.StopSignal;
import org.limelm.train.prepare.BundledSample;
import org.limelm.train.prepare.PreparationListener;

/**
 * Runs the whole pipeline on the bundled sample: annotates it, compares {@code baseline}, {@code
 * lime/full}, {@code lime/causal} and a {@code lime+1} that predicts its own tags, generates text
 * with the latter two, and writes a report.
 */
public final class Quickstart {
    private static final List<String> PROMPTS =
            List.of("The people of the United States", "My fellow Americans, tonight");

    private final ComparisonConfig config;
    private final ArmComparison comparison;

    /**
     * The report of a quick start.
     *
     * @param samples generated text, by caption
     * @param page the report as HTML
     */
    public record Report(Map<String, GeneratedSample> samples, Path page) {}

    /**
     * Copies the sample and its configuration into a folder.
     *
     * @param overrides {@code key=value} overrides of the configuration
     * @param preparation receives the progress of corpus preparation
     * @param listener receives the progress of the runs
     */
    public Quickstart(
            Path folder,
            List<String> overrides,
            PreparationListener preparation,
            ComparisonListener listener) {
        config = BundledSample.quickstart(folder, overrides);
        comparison = new ArmComparison(config, preparation, listener);
    }

    /**
     * Trains and evaluates the arms, or resumes an earlier call that was stopped.
     *
     * @throws LimeException if the stop was requested
     */
    public Comparison compare(StopSignal stop) {
        return comparison.run(stop);
    }

    /**
     * Generates text with the arms that need no tags from outside, and writes the report.
     *
     * @param figures the result of {@link #compare}
     */
    public Report report(Comparison figures) {
        Map<String, GeneratedSample> samples = new LinkedHashMap<>();
        long seed = config.compare().seeds().get(0);
        comparison.plan().runs().stream()
                .filter(run -> run.seed() == seed && generates(run.config()))
                .forEach(run -> samples.putAll(samples(run.folder())));
        Path page = new ComparisonReport(figures, samples).write(config.run().run().folder());
        return new Report(samples, page);
    }

    /** Returns whether the tags that an arm's model reads are available during generation. */
    private static boolean generates(RunConfig run) {
        Arm arm = run.arm();
        boolean observed = run.annotation() == AnnotationMode.CAUSAL && arm.shift() <= 0;
        return arm.feedsItself() || (arm.hasTables() && observed);
    }

    private static Map<String, GeneratedSample> samples(Path run) {
        try (TrainedModel model = TrainedModel.open(run);
                TextGenerator generator = new TextGenerator(model)) {
            SamplingOptions sampling = new SamplingOptions(0.8, 40, 1, 1, 60);
            List<GeneratedText> texts =
                    PROMPTS.stream()
                            .map(
                                    prompt ->
                                            generator.generate(
                                                    prompt,
                                                    MetadataChoice.automatic(),
                                                    sampling,
                                                    added -> {}))
                            .toList();
            return GeneratedSample.byCaption(model.provenance().armLabel(), texts);
        }
    }
}
