package org.limelm.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.Batch;
import org.limelm.model.decoder.ForwardPass;
import org.limelm.model.decoder.Gradients;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.DocumentedCode;
import org.limelm.train.TestCorpus;
import org.limelm.train.config.OptimizerConfig;

/** Runs the training loop of docs/java-api.md: an objective with a weight per token. */
class OwnObjectiveTest {
    private static final int STEPS = 12;

    private final List<Double> losses = new ArrayList<>();

    @Test
    void tokensOfWeightZeroAreNotLearned() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Random random = new Random(3);
            Shape shape = new Shape(2, TestCorpus.CONTEXT);
            NDArray tokens = manager.create(random.longs(shape.size(), 0, 9).toArray(), shape);
            NDArray targets = manager.create(random.longs(shape.size(), 0, 9).toArray(), shape);
            NDArray weights = manager.ones(shape);
            for (int i = 0; i < TestCorpus.CONTEXT; i += 2) {
                weights.set(new NDIndex(":," + i), 0); // every other token
            }
            Batch batch = new Batch(tokens, targets, List.of(), Optional.empty());
            try (LimeDecoder model =
                    LimeDecoder.create(
                            TestCorpus.model(),
                            MetadataSchema.EMPTY,
                            Precision.F32,
                            Recompute.NONE,
                            manager,
                            1)) {
                train(model, List.of(batch), weights, manager);
                float[] nll = model.score(batch, manager).nll().toFloatArray();
                double learned = 0;
                double ignored = 0;
                for (int i = 0; i < nll.length; i++) {
                    if (i % 2 == 1) {
                        learned += nll[i];
                    } else {
                        ignored += nll[i];
                    }
                }
                assertThat(losses.get(0)).isCloseTo(Math.log(TestCorpus.VOCABULARY), within(0.3));
                assertThat(losses.get(STEPS - 1)).isLessThan(losses.get(0) - 1);
                assertThat(learned).isLessThan(ignored);
            }
        }
    }

    private void train(LimeDecoder model, List<Batch> batches, NDArray weights, NDManager manager) {
        // begin objective
        int vocabulary = model.config().vocabularySize();
        try (Gradients gradients = Gradients.of(model);
                ModelUpdater updater =
                        ModelUpdater.of(model, gradients, OptimizerConfig.defaults(), 1)) {
            for (int step = 0; step < STEPS; step++) {
                Batch batch = batches.get(step % batches.size());
                gradients.reset();
                try (NDManager scope = manager.newSubManager();
                        ForwardPass pass = model.forwardPass(batch, scope)) {
                    NDArray p = pass.logits().softmax(2); // (B, T, V)
                    NDArray targets = batch.targets().oneHot(vocabulary); // (B, T, V)
                    NDArray share = weights.div(weights.sum()); // (B, T)
                    NDArray loss = p.mul(targets).sum(new int[] {2}).log().mul(share).sum().neg();
                    NDArray gradLogits = p.sub(targets).mul(share.expandDims(2));
                    pass.backward(Optional.of(gradLogits), Optional.empty(), gradients);
                    losses.add(updater.update(loss, 0.01).loss());
                }
            }
        }
        // end objective
    }

    @Test
    void documentationShowsThisLoop() throws IOException {
        DocumentedCode.assertShows("docs/java-api.md", getClass(), "objective");
    }
}
