package org.limelm.train.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.models.TrainedAnnotators;
import org.limelm.annotate.pipeline.AnnotateJob;
import org.limelm.annotate.pipeline.AnnotatePipeline;
import org.limelm.annotate.pipeline.AnnotateReport;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.IoErrors;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.shard.ShardWriter;
import org.limelm.train.prepare.TokenizerTraining;

/**
 * Measures the bundled sample from text to shards, in both modes, with one thread and with all, and
 * the processor time of each stage. Every figure has a single sample, which already averages over
 * 173,000 words. No limit is known; the cost per 10^9 words is reported instead.
 */
final class AnnotationSection implements BenchSection {
    private static final String SAMPLE = "/org/limelm/train/sample/sotu.jsonl.gz";
    private static final int VOCABULARY = 1024;
    private static final long UNIT_CHARACTERS = 128 << 10; // several units per thread

    private final int documents;

    /** Limits the sample to its first documents. */
    AnnotationSection(int documents) {
        this.documents = documents;
    }

    @Override
    public List<Figure> run(BenchSettings settings, Consumer<String> progress) {
        List<Figure> figures = new ArrayList<>();
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path sample = folder.path().resolve("sample.jsonl");
            Path tokenizer = folder.path().resolve("tokenizer.json");
            copySample(sample);
            TokenizerTraining.train(
                    List.of(sample),
                    ReaderOptions.defaults(),
                    VOCABULARY,
                    tokenizer,
                    TokenizerTraining.Listener.SILENT);
            TrainedAnnotators annotators = Annotators.bundled(AnnotatorOptions.defaults());
            int all = Runtime.getRuntime().availableProcessors();
            for (AnnotationMode mode : List.of(AnnotationMode.FULL, AnnotationMode.CAUSAL)) {
                for (int threads : new TreeSet<>(List.of(1, all))) {
                    progress.accept("annotation, " + mode.label() + ", threads " + threads);
                    Path out = folder.path().resolve(mode.label() + threads);
                    AnnotateJob job =
                            AnnotateJob.of(List.of(sample), tokenizer, out, mode, annotators)
                                    .withThreads(threads)
                                    .withUnitCharacters(UNIT_CHARACTERS);
                    figures.addAll(figures(mode, AnnotatePipeline.run(job, at -> {})));
                }
                progress.accept("annotation, " + mode.label() + ", stages");
                figures.addAll(stages(annotators, tokenizer, sample, mode));
            }
        }
        return figures;
    }

    private static List<Figure> stages(
            TrainedAnnotators annotators, Path tokenizer, Path sample, AnnotationMode mode) {
        try (SubwordTokenizer loaded = SubwordTokenizer.load(tokenizer)) {
            Path shard = sample.resolveSibling(ShardWriter.fileName(0));
            return new AnnotationStages(annotators, loaded, sample, shard).figures(mode);
        }
    }

    private static List<Figure> figures(AnnotationMode mode, AnnotateReport report) {
        String name = mode.label() + ", threads " + report.threads();
        return List.of(
                Figure.of("annotation", name, "words/s", new Samples(report.wordsPerSecond())),
                Figure.of(
                        "annotation",
                        name + ", cost",
                        "core-hours per 10^9 words",
                        new Samples(report.coreHoursPerBillionWords())),
                Figure.of(
                        "annotation",
                        name + ", per core",
                        "words/CPU-s",
                        new Samples(report.wordsThisRun() / report.cpuSeconds())));
    }

    private void copySample(Path target) {
        try (InputStream in = AnnotationSection.class.getResourceAsStream(SAMPLE)) {
            if (in == null) {
                throw new LimeException("[" + SAMPLE + "] not found in the jar. Hint: rebuild it");
            }
            String all = new String(new GZIPInputStream(in).readAllBytes(), StandardCharsets.UTF_8);
            AtomicFile.writeString(
                    target, all.lines().limit(documents).collect(Collectors.joining("\n")));
        } catch (IOException e) {
            throw IoErrors.cannotWrite(target, e);
        }
    }
}
