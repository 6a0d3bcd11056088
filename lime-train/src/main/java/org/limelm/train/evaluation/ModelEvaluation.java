package org.limelm.train.evaluation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.limelm.annotate.pipeline.DocumentAnnotator;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.CorpusReader;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.Alignment;
import org.limelm.core.text.TaggedPieces;
import org.limelm.train.arm.Arm;
import org.limelm.train.arm.TagDropout;
import org.limelm.train.arm.TagSource;
import org.limelm.train.config.RunConfig;
import org.limelm.train.data.EvaluationRows;
import org.limelm.train.data.MemoryTokenSource;
import org.limelm.train.data.RowLayout;
import org.limelm.train.data.TagSelection;
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
     * <p>The selected text depends only on the shards, the context length and {@code tokens}: all
     * annotation modes, and all arms with the same tokens, are scored on the same bytes.
     *
     * @param config configuration of the run, with its shards
     * @param mode annotation mode of the tags; if the shards have another mode, the tags are
     *     computed for the scored rows, where {@code prefix} runs the tagger once per piece
     * @param tokens number of tokens to score; 0 = all
     */
    public EvaluationResult heldOut(RunConfig config, AnnotationMode mode, long tokens) {
        return heldOut(config, mode, TagSupply.annotated(), tokens, TokenSink.NONE);
    }

    /**
     * Evaluates on the held-out documents of a run, with tags of an annotator or of the model.
     *
     * @param supply where the tags that the model reads come from
     * @param sink receives the score of every token, such as the collector of a {@link HeldOutText}
     * @throws LimeException if the model cannot predict its own tags, as {@code supply} asks
     */
    public EvaluationResult heldOut(
            RunConfig config, AnnotationMode mode, TagSupply supply, long tokens, TokenSink sink) {
        Arm arm = model.provenance().arm();
        try (TrainingData data = TrainingData.open(config)) {
            requireAnnotatorOfTheModel(data);
            if (!arm.hasTables() || mode == data.annotation() || supply instanceof TagSupply.None) {
                return evaluate(
                        mode,
                        supply,
                        data.annotator(),
                        "validation",
                        data.validation(),
                        tokens,
                        sink);
            }
            if (mode == AnnotationMode.FULL) {
                throw new LimeException(
                        "[eval] the shards of the run have annotation mode "
                                + data.annotation().label()
                                + ", expected full. Hint: annotate with --annotation full and set"
                                + " data.shards to the new shards");
            }
            if (!(arm.source() instanceof TagSource.Observed)) {
                throw new LimeException(
                        "[eval] arm %s reads tags of other tokens, which are available only in annotation mode %s of the shards. Hint: use --annotation %s or --text FILE"
                                .formatted(
                                        arm.label(),
                                        data.annotation().label(),
                                        data.annotation().label()));
            }
            List<WeightedSource> retagged =
                    data.heldOut().stream().map(source -> retagged(source, mode)).toList();
            EvaluationRows rows =
                    new EvaluationRows(retagged, data.layout(), model.tokenizer().endOfTextId());
            return evaluate(
                    mode, supply, model.annotators().id(), "validation", rows, tokens, sink);
        }
    }

    private void requireAnnotatorOfTheModel(TrainingData data) {
        String expected = model.annotators().id();
        if (model.provenance().arm().usesTags() && !data.annotator().equals(expected)) {
            throw new LimeException(
                    "[eval] the shards have tags from annotator %s, expected %s as in training. Hint: annotate them with the linguistic models of the training data"
                            .formatted(data.annotator(), expected));
        }
    }

    private WeightedSource retagged(WeightedSource source, AnnotationMode mode) {
        return new WeightedSource(
                source.name(),
                new RetaggedSource(
                        source.tokens(),
                        model.annotators().newIncrementalAnnotator(mode),
                        model.tokenizer()),
                source.split(),
                source.weight());
    }

    /**
     * Evaluates on raw text.
     *
     * @param files text files as for a corpus: .txt or .jsonl, plain or compressed
     * @param tokens number of tokens to score; 0 = all
     */
    public EvaluationResult text(List<Path> files, AnnotationMode mode, long tokens) {
        return text(files, mode, TagSupply.annotated(), tokens);
    }

    /**
     * Evaluates on raw text, with tags of an annotator or of the model.
     *
     * @param supply where the tags that the model reads come from
     */
    public EvaluationResult text(
            List<Path> files, AnnotationMode mode, TagSupply supply, long tokens) {
        Alignment alignment = model.provenance().arm().split();
        DocumentAnnotator annotator =
                new DocumentAnnotator(model.annotators(), model.tokenizer(), mode, alignment);
        List<TaggedPieces> documents = new ArrayList<>();
        long read = 0;
        ReaderOptions reader = ReaderOptions.defaults().withFields(model.annotators().fields());
        try (CorpusReader corpus = CorpusReader.open(files, reader)) {
            while (corpus.hasNext() && (tokens == 0 || read < tokens)) {
                TaggedPieces pieces = annotator.annotate(corpus.next()).pieces();
                documents.add(pieces);
                read += pieces.size();
            }
        }
        MemoryTokenSource source = new MemoryTokenSource(model.annotators().schema(), documents);
        return evaluate(
                mode,
                supply,
                model.annotators().id(),
                files.toString(),
                rows(source),
                tokens,
                TokenSink.NONE);
    }

    private EvaluationResult evaluate(
            AnnotationMode mode,
            TagSupply supply,
            String annotator,
            String data,
            EvaluationRows rows,
            long tokens,
            TokenSink sink) {
        String arm = model.provenance().armLabel();
        MetadataLabel label = MetadataLabel.of(model.provenance().arm(), mode, annotator);
        if (supply instanceof TagSupply.Predicted own) {
            requireOwnTags();
            return new SelfFedEvaluator(model.decoder(), own, mode != AnnotationMode.FULL, sink)
                    .evaluate(arm, label, data, rows, batchSize, tokens);
        }
        Evaluator evaluator = new Evaluator(model.decoder(), model.manager());
        if (supply instanceof TagSupply.None) {
            TagDropout.requireDispensable(model.decoder().tables());
            return evaluator.evaluate(
                    arm,
                    MetadataLabel.WITHOUT_TAGS,
                    data,
                    rows.withoutTags(),
                    batchSize,
                    tokens,
                    sink,
                    false);
        }
        boolean joint = supply instanceof TagSupply.Joint;
        if (joint) {
            requireOwnTags();
            requireOnePass();
        }
        EvaluationResult result =
                evaluator.evaluate(arm, label, data, rows, batchSize, tokens, sink, joint);
        if (joint) {
            return result.joint().orElseThrow();
        }
        return result;
    }

    private void requireOwnTags() {
        Arm arm = model.provenance().arm();
        if (!arm.feedsItself()) {
            throw TagSupply.doesNotFeedItself(arm);
        }
    }

    private void requireOnePass() {
        if (model.decoder().features().predictedInOnePass().size() == 0) {
            throw new ConfigException(
                    "[tags joint] this model predicts tags in a second pass, whose loss is not that of one pass over text and tags. Hint: use predicted-greedy or predicted-marginal");
        }
    }

    private EvaluationRows rows(MemoryTokenSource source) {
        RowLayout layout =
                RowLayout.of(
                        model.provenance().arm(),
                        source.schema(),
                        model.decoder().config().contextLength(),
                        model.provenance().documentMask());
        TokenSource tagged = TagSelection.of(model.provenance().arm().source(), source);
        return EvaluationRows.all("text", tagged, layout, model.tokenizer().endOfTextId());
    }
}
