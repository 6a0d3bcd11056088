package org.limelm.examples;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.limelm.core.config.ConfigLoader;
import org.limelm.model.decoder.Batch;
import org.limelm.model.decoder.ForwardPass;
import org.limelm.model.decoder.Gradients;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.decoder.TokenScores;
import org.limelm.model.device.Precision;
import org.limelm.model.device.Threads;
import org.limelm.train.config.Accumulation;
import org.limelm.train.config.RunConfig;
import org.limelm.train.data.BatchLoader;
import org.limelm.train.data.HostBatch;
import org.limelm.train.data.TrainingData;
import org.limelm.train.optim.ModelUpdater;
import org.limelm.train.prepare.CorpusPreparation;
import org.limelm.train.prepare.PreparationListener;

/**
 * Trains a LIME model in a loop of its own, on a loss of its own: cross-entropy with smoothed labels
 * (Szegedy et al. 2016, arXiv 1512.00567), where a share ε of the target's probability is divided
 * among all tokens. Only the data, the decoder and the optimizer are LIME's. Shapes: B batch, T time,
 * V vocabulary.
 */
public final class TrainingLoop {
    private static final Path WORK = Path.of("target/work");
    private static final int STEPS = 150;
    private static final double LEARNING_RATE = 0.003;
    private static final double EPSILON = 0.1;

    public static void main(String[] arguments) throws IOException {
        Threads.use(1); // a small model gains nothing from more
        Path corpus = Files.createDirectories(WORK).resolve("sample.jsonl.gz");
        try (InputStream sample =
                TrainingData.class.getResourceAsStream("/org/limelm/train/sample/sotu.jsonl.gz")) {
            Files.write(corpus, sample.readAllBytes());
        }
        RunConfig config =
                ConfigLoader.load(
                        RunConfig.class,
                        Path.of("model.yaml"),
                        List.of("data.corpus=" + corpus, "data.work=" + WORK.resolve("data")));
        RunConfig prepared = CorpusPreparation.prepare(config, PreparationListener.SILENT);
        try (TrainingData data = TrainingData.open(prepared);
                NDManager manager = NDManager.newBaseManager()) {
            ModelConfig architecture =
                    prepared.model().withVocabularySize(data.tokenizer().vocabularySize());
            try (LimeDecoder model =
                    LimeDecoder.create(
                            architecture,
                            prepared.arm().tables(data.schema()),
                            Precision.F32,
                            Recompute.NONE,
                            manager,
                            prepared.seed())) {
                train(model, data, prepared, manager);
            }
        }
    }

    private static void train(
            LimeDecoder model, TrainingData data, RunConfig config, NDManager manager) {
        BatchLoader batches = data.batches(0, 1, Accumulation.of(1), STEPS);
        System.out.printf("step   0: held-out cross-entropy %.3f%n", heldOut(model, data, manager));
        try (Gradients gradients = Gradients.of(model);
                ModelUpdater updater =
                        ModelUpdater.of(model, gradients, config.optimizer(), config.seed())) {
            for (int step = 0; step < STEPS; step++) {
                gradients.reset();
                double rate = LEARNING_RATE * (1 - (double) step / STEPS);
                double loss;
                try (NDManager scope = manager.newSubManager()) {
                    Batch batch = batches.batch(step, 0).toBatch(scope);
                    try (ForwardPass pass = model.forwardPass(batch, scope)) {
                        NDArray value = smoothedLoss(pass, batch, gradients);
                        loss = updater.update(value, rate).loss();
                    }
                }
                if ((step + 1) % 50 == 0) {
                    System.out.printf(
                            "step %3d: loss %.3f, held-out cross-entropy %.3f%n",
                            step + 1, loss, heldOut(model, data, manager));
                }
            }
        }
    }

    /**
     * Adds the gradients of −Σ_v q_v log p_v, the mean over positions, where q is the target with
     * the share 1 − ε, plus ε/V for every token. Its gradient in the logits is p − q.
     */
    private static NDArray smoothedLoss(ForwardPass pass, Batch batch, Gradients gradients) {
        NDArray logP = pass.logits().logSoftmax(2); // (B, T, V)
        long vocabulary = logP.getShape().get(2);
        NDArray known = batch.targets().gte(0); // (B, T): the rest is padding
        NDArray target = batch.targets().maximum(0).oneHot((int) vocabulary); // (B, T, V)
        NDArray q = target.mul(1 - EPSILON).add(EPSILON / vocabulary); // (B, T, V)
        NDArray share = known.toType(logP.getDataType(), false).div(known.countNonzero()); // (B, T)
        NDArray loss = q.mul(logP).sum(new int[] {2}).mul(share).sum().neg();
        NDArray gradLogits = logP.exp().sub(q).mul(share.expandDims(2)); // (B, T, V)
        pass.backward(Optional.of(gradLogits), Optional.empty(), gradients);
        return loss;
    }

    /** Returns the mean cross-entropy of held-out tokens, nats per token. */
    private static double heldOut(LimeDecoder model, TrainingData data, NDManager manager) {
        double sum = 0;
        long tokens = 0;
        for (HostBatch rows : data.validation().batches(16, 8_000)) {
            try (NDManager scope = manager.newSubManager()) {
                TokenScores scores = model.score(rows.toBatch(scope), scope);
                sum += scores.nll().sum().getFloat();
                tokens += rows.predictedTokens();
            }
        }
        return sum / tokens;
    }

    private TrainingLoop() {}
}
