package org.limelm.train.evaluation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.PrefixAnnotator;
import org.limelm.annotate.pipeline.DocumentAnnotator;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.CorpusReader;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.Alignment;
import org.limelm.core.text.TaggedPieces;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.RunConfig;
import org.limelm.train.data.EvaluationRows;
import org.limelm.train.data.MemoryTokenSource;
import org.limelm.train.data.RowLayout;
import org.limelm.train.data.Tagging;
import org.limelm.train.data.TokenSource;
import org.limelm.train.data.TrainingData;
import org.limelm.train.data.WeightedSource;
import org.limelm.train.generation.TrainedModel;

/**
 * Evaluates a trained model in any annotation mode, on the held-out documents of its run or on
 * other text. The pieces are the same in every mode; only the tags differ.
 */
public final class ModelEvaluation {
    private final TrainedModel model;
    private final int batchSize;

    /**
     * Prepares an evaluation.
     *
     * @param batchSize rows per batch
     */
    public ModelEvaluation(TrainedModel model, int batchSize) {
        this.model = model;
        this.batchSize = batchSize;
    }

    /**
     * Evaluates on the held-out documents of a run.
     *
     * @param config configuration of the run, with its shards
     * @param mode annotation mode of the tags; if the shards have another mode, the tags are
     *     computed for the held-out documents, where {@code prefix} runs the tagger once per piece
     * @param tokens number of tokens to score; 0 = all
     */
    public EvaluationResult heldOut(RunConfig config, AnnotationMode mode, long tokens) {
        Arm arm = model.provenance().arm();
        try (TrainingData data = TrainingData.open(config)) {
            if (!arm.hasTables() || mode == data.annotation()) {
                return evaluate(mode, "validation", data.validation(), tokens);
            }
            if (mode == AnnotationMode.FULL) {
                throw new LimeException(
                        "[eval] the shards of the run have annotation mode "
                                + data.annotation().label()
                                + ", expected full. Hint: annotate with --annotation full and set"
                                + " data.shards to the new shards");
            }
            List<WeightedSource> sources = data.sources();
            if (sources.size() != 1) {
                throw new LimeException(
                        "[eval] the run has "
                                + sources.size()
                                + " folders of shards, expected 1 to evaluate in another annotation"
                                + " mode. Hint: use --text FILE");
            }
            WeightedSource source = sources.get(0);
            MemoryTokenSource retagged =
                    RetaggedSource.of(
                            source.tokens(),
                            source.split().validation(),
                            incremental(mode),
                            model.tokenizer(),
                            tokens);
            return evaluate(mode, "validation", rows(retagged, config.data().documentMask()), 0);
        }
    }

    /**
     * Evaluates on raw text.
     *
     * @param files text files as for a corpus: .txt or .jsonl, plain or compressed
     * @param tokens number of tokens to score; 0 = all
     */
    public EvaluationResult text(List<Path> files, AnnotationMode mode, long tokens) {
        Alignment alignment = model.provenance().arm().split();
        DocumentAnnotator annotator =
                new DocumentAnnotator(model.annotators(), model.tokenizer(), mode, alignment);
        List<TaggedPieces> documents = new ArrayList<>();
        long read = 0;
        try (CorpusReader corpus = CorpusReader.open(files, ReaderOptions.defaults())) {
            while (corpus.hasNext() && (tokens == 0 || read < tokens)) {
                TaggedPieces pieces = annotator.annotate(corpus.next().text()).pieces();
                documents.add(pieces);
                read += pieces.size();
            }
        }
        MemoryTokenSource source = new MemoryTokenSource(model.annotators().schema(), documents);
        return evaluate(mode, files.toString(), rows(source, false), tokens);
    }

    private EvaluationResult evaluate(
            AnnotationMode mode, String data, EvaluationRows rows, long tokens) {
        return new Evaluator(model.decoder(), model.manager())
                .evaluate(
                        model.provenance().armLabel(),
                        MetadataLabel.of(model.provenance().arm(), mode),
                        data,
                        rows,
                        batchSize,
                        tokens);
    }

    private EvaluationRows rows(MemoryTokenSource source, boolean documentMask) {
        RowLayout layout =
                RowLayout.of(
                        model.provenance().arm(),
                        source.schema(),
                        model.decoder().config().contextLength(),
                        documentMask);
        TokenSource tagged = Tagging.of(model.provenance().arm().source(), source);
        return EvaluationRows.all("text", tagged, layout, model.tokenizer().endOfTextId());
    }

    private IncrementalAnnotator incremental(AnnotationMode mode) {
        return mode == AnnotationMode.CAUSAL
                ? model.annotators().newCausalAnnotator()
                : new PrefixAnnotator(
                        model.annotators().newLinguisticAnnotator(),
                        model.annotators().schema().size());
    }
}
