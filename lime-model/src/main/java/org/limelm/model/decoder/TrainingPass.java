package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.function.IntConsumer;
import org.limelm.model.internal.torch.Pass;

/**
 * A forward and backward pass that accumulates gradients in place.
 *
 * @param blocks the parts of the model
 * @param pass owner of all results
 * @param gradients receives the gradients
 */
record TrainingPass(DecoderBlocks blocks, Pass pass, Gradients gradients) {
    /**
     * Runs the pass.
     *
     * @param bucketDone called with the index of each bucket of gradients that is completed
     * @return the loss, a float32 scalar
     */
    NDArray run(
            Batch batch,
            Positions positions,
            OutputHead.Targets targets,
            Objective objective,
            IntConsumer bucketDone) {
        Gradients.Progress progress = gradients.progress(bucketDone);
        Tape tape = new Tape(pass, positions);
        NDArray x = blocks.embedding().forward(pass, batch.tokens(), batch.tags());
        for (Block block : blocks.layers()) {
            x = tape.forward(block, x); // (B, T, D)
        }
        OutputHead head = blocks.head();
        NDList output = new NDList(head.weight().master());
        OutputHead.Result result =
                head.lossAndGradients(pass, x, targets, objective, gradients.sink(output));
        if (!blocks.isTied()) {
            progress.completed(output);
        }
        if (blocks.tagHead().isPresent()) {
            TagHead tags = blocks.tagHead().get();
            double weight = objective.tagWeight();
            tags.addGradients(
                    pass, batch, x, targets.normalizer(), weight, result.gradX(), gradients);
            progress.completed(tags.parameters());
        }
        x.close();
        NDArray gradEmbedded = tape.backward(result.gradX(), gradients, progress);
        NDList inputs = blocks.embedding().parameters();
        blocks.embedding()
                .backward(
                        pass,
                        batch.tokens(),
                        batch.tags(),
                        gradEmbedded,
                        gradients.sink(inputs.subNDList(0, 1)),
                        gradients.sink(inputs.subNDList(1)));
        progress.completed(inputs);
        return result.loss();
    }
}
