package org.limelm.train.score;

import ai.djl.ndarray.NDManager;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.model.decoder.TokenScores;
import org.limelm.train.evaluation.SelfFedScorer;
import org.limelm.train.evaluation.TagSupply;
import org.limelm.train.generation.TrainedModel;

/** Scores batches of continuations with tags of one source. For use by one thread. */
sealed interface RowScorer extends AutoCloseable {
    /** Adds the scores of a batch to the sums of its texts. */
    void score(ScoreBatches.Rows rows, ScoreSums sums);

    @Override
    void close();

    /** Returns the scorer for a supply of tags. */
    static RowScorer of(TrainedModel model, AnnotationMode mode, TagSupply supply, int batchSize) {
        return supply instanceof TagSupply.Predicted own
                ? new SelfFed(
                        new SelfFedScorer(
                                model.decoder(), own, mode != AnnotationMode.FULL, batchSize))
                : new Annotated(model);
    }

    /** The tags of the batch, in one pass. */
    record Annotated(TrainedModel model) implements RowScorer {
        @Override
        public void score(ScoreBatches.Rows rows, ScoreSums sums) {
            try (NDManager scope = model.manager().newSubManager()) {
                TokenScores scores = model.decoder().score(rows.batch().toBatch(scope), scope);
                sums.add(rows, scores.nll().toFloatArray(), scores.correct().toFloatArray());
            }
        }

        @Override
        public void close() {}
    }

    /** Tags that the model predicts, position by position. */
    record SelfFed(SelfFedScorer scorer) implements RowScorer {
        @Override
        public void score(ScoreBatches.Rows rows, ScoreSums sums) {
            SelfFedScorer.Scores scores = scorer.score(rows.batch());
            sums.add(rows, scores.nll(), scores.correct());
        }

        @Override
        public void close() {
            scorer.close();
        }
    }
}
