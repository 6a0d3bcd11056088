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
        ForwardPass forward = new ForwardPass(blocks, batch, positions, pass);
        NDArray x = forward.compute(); // (B, T, D)
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
        forward.backward(result.gradX(), gradients, progress);
        return result.loss();
    }
}
