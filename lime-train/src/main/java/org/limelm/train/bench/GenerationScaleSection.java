package org.limelm.train.bench;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.model.generate.Generation;
import org.limelm.model.generate.Generator;
import org.limelm.model.generate.MetadataSource;
import org.limelm.model.generate.SamplingOptions;

/**
 * Measures generation with a large randomly initialized model after a prompt read in one pass, and
 * compares its memory with the plan. Run it alone: the memory is that of the whole process.
 */
final class GenerationScaleSection implements BenchSection {
    private static final MetadataSchema TABLES = AnnotatorOptions.defaults().schema();
    private static final int PROMPT = 8;
    private static final int NO_END = -1;

    @Override
    public List<Figure> run(BenchSettings settings, Consumer<String> progress) {
        progress.accept("generation with a large model");
        double seconds;
        int written;
        try (NDManager manager = NDManager.newBaseManager(settings.device(), "PyTorch");
                LimeDecoder model =
                        LimeDecoder.create(
                                settings.model(),
                                TABLES,
                                Precision.BF16,
                                Recompute.NONE,
                                manager,
                                1L);
                Generator generator = new Generator(model)) {
            progress.accept(String.format(Locale.ROOT, "%,d parameters", model.parameterCount()));
            long start = System.nanoTime();
            Generation generation =
                    generator.generate(
                            new int[PROMPT],
                            NO_END,
                            MetadataSource.untagged(TABLES.size()),
                            SamplingOptions.greedy(settings.steps()),
                            token -> progress.accept("token " + token));
            seconds = (System.nanoTime() - start) / 1e9;
            written = generation.tokens().size();
        }
        return List.of(
                Figure.of(
                        "generate", "prompt and " + written + " tokens", "s", new Samples(seconds)),
                PeakMemory.ofGeneration(settings, TABLES, PROMPT + settings.steps()));
    }
}
