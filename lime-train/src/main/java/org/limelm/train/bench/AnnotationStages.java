package org.limelm.train.bench;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.limelm.annotate.align.AlignedPieces;
import org.limelm.annotate.align.Aligner;
import org.limelm.annotate.align.PieceTagger;
import org.limelm.annotate.annotator.AnnotatorStages;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.models.TrainedAnnotators;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.corpus.CorpusReader;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.shard.DocumentName;
import org.limelm.core.shard.ShardDocument;
import org.limelm.core.shard.ShardWriter;
import org.limelm.core.text.Alignment;
import org.limelm.core.text.Document;
import org.limelm.core.text.LinguisticToken;

/**
 * The processor time of each stage of annotation, from text to a shard. The stages run one after
 * the other over all documents on one thread; the times are of the last pass, after passes that
 * warm the JIT compiler and the caches up.
 */
final class AnnotationStages {
    private static final int PASSES = 3;

    private final TrainedAnnotators annotators;
    private final SubwordTokenizer tokenizer;
    private final Path corpus;
    private final Path shard;
    private final AnnotatorStages stages;
    private final LinguisticAnnotator linguistic;
    private final Aligner aligner;

    /**
     * Creates a measurement.
     *
     * @param corpus a file of documents
     * @param shard a file that is overwritten
     */
    AnnotationStages(
            TrainedAnnotators annotators, SubwordTokenizer tokenizer, Path corpus, Path shard) {
        this.annotators = annotators;
        this.tokenizer = tokenizer;
        this.corpus = corpus;
        this.shard = shard;
        this.stages = annotators.newStages();
        this.linguistic = annotators.newLinguisticAnnotator();
        this.aligner = new Aligner(tokenizer.newEncoder());
    }

    /** Measures the stages of a mode: share of the processor time and words per CPU-second. */
    List<Figure> figures(AnnotationMode mode) {
        Pass pass = new Pass(mode);
        for (int i = 1; i < PASSES; i++) {
            pass = new Pass(mode);
        }
        double total = pass.seconds.values().stream().mapToDouble(seconds -> seconds).sum();
        List<Figure> figures = new ArrayList<>();
        figures.add(figure(mode.label() + ", all stages", "words/CPU-s", pass.words / total));
        for (Map.Entry<String, Double> stage : pass.seconds.entrySet()) {
            String name = mode.label() + ", stage " + stage.getKey();
            figures.add(figure(name, "% of CPU time", 100 * stage.getValue() / total));
            figures.add(figure(name + ", speed", "words/CPU-s", pass.words / stage.getValue()));
        }
        return figures;
    }

    private static Figure figure(String name, String unit, double value) {
        return Figure.of("annotation", name, unit, new Samples(value));
    }

    /** One pass over the documents. */
    private final class Pass {
        private final Map<String, Double> seconds = new LinkedHashMap<>();
        private final long words;
        private long mark = cpuNanos();

        Pass(AnnotationMode mode) {
            List<Document> documents = new ArrayList<>();
            try (CorpusReader reader =
                    CorpusReader.open(List.of(corpus), ReaderOptions.defaults())) {
                reader.forEachRemaining(documents::add);
            }
            lap("reading");
            documents.forEach(document -> stages.sentences(document.text()));
            double sentences = lap("sentences");
            List<List<LinguisticToken>> tokens =
                    documents.stream().map(document -> linguistic.split(document.text())).toList();
            double split = lap("tokens");
            seconds.put("tokens", atLeastOneMicrosecond(split - sentences));
            if (mode == AnnotationMode.FULL) {
                tokens =
                        documents.stream()
                                .map(document -> linguistic.annotate(document.text()))
                                .toList();
                seconds.put("tags", atLeastOneMicrosecond(lap("tags") - split));
            }
            List<AlignedPieces> pieces = new ArrayList<>();
            for (int i = 0; i < documents.size(); i++) {
                pieces.add(
                        aligner.align(
                                Alignment.LINGUISTIC, documents.get(i).text(), tokens.get(i)));
            }
            lap("subwords");
            PieceTagger tagger = tagger(mode);
            List<ShardDocument> tagged = new ArrayList<>();
            for (int i = 0; i < documents.size(); i++) {
                Document document = documents.get(i);
                tagged.add(
                        new ShardDocument(
                                new DocumentName(document.id(), document.origin()),
                                tagger.tag(
                                        document.text(),
                                        tokens.get(i),
                                        pieces.get(i),
                                        OptionalInt.empty())));
            }
            lap(mode == AnnotationMode.FULL ? "tags of pieces" : "tags");
            ShardWriter.write(shard, annotators.schema(), tokenizer.vocabularySize(), tagged);
            lap("writing");
            words = tokens.stream().mapToLong(List::size).sum();
        }

        /** Records the time since the last call, and returns it. */
        private double lap(String stage) {
            long now = cpuNanos();
            double elapsed = (now - mark) / 1e9;
            mark = now;
            seconds.put(stage, atLeastOneMicrosecond(elapsed));
            return elapsed;
        }
    }

    /** A difference of two measurements may be negative on a noisy machine. */
    private static double atLeastOneMicrosecond(double seconds) {
        return Math.max(1e-6, seconds);
    }

    private PieceTagger tagger(AnnotationMode mode) {
        int features = annotators.schema().size();
        return mode == AnnotationMode.FULL
                ? PieceTagger.full(annotators.newLinguisticAnnotator(), features)
                : PieceTagger.incremental(mode, annotators.newIncrementalAnnotator(mode), features);
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
