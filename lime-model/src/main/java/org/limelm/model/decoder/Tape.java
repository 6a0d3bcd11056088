package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.limelm.model.internal.torch.Pass;

/**
 * Records the blocks of a forward pass with their inputs and intermediate results, and runs the
 * backward pass through them in reverse, releasing each. For a block that recomputes, only the
 * input is kept.
 */
final class Tape {
    private record Step(Block block, NDArray input, Optional<NDList> inner) {}

    private final Pass pass;
    private final Positions positions;
    private final Deque<Step> steps = new ArrayDeque<>();

    Tape(Pass pass, Positions positions) {
        this.pass = pass;
        this.positions = positions;
    }

    /** Runs a block and records it. */
    NDArray forward(Block block, NDArray x) {
        NDList inner = block.inner(pass, x, positions);
        NDArray output = block.output(pass, x, inner);
        if (block.recomputes()) {
            inner.close();
            steps.push(new Step(block, x, Optional.empty()));
        } else {
            steps.push(new Step(block, x, Optional.of(inner)));
        }
        return output;
    }

    /**
     * Runs the backward pass through all blocks.
     *
     * @param gradient gradient of the last block's output
     * @param gradients receives the gradient of every weight
     * @param progress notified when the gradients of a block's weights are final
     * @return the gradient of the first block's input
     */
    NDArray backward(NDArray gradient, Gradients gradients, Gradients.Progress progress) {
        NDArray current = gradient;
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            Block block = step.block();
            NDArray x = step.input();
            NDList inner = step.inner().orElseGet(() -> block.inner(pass, x, positions));
            NDList weights = block.parameters();
            NDArray before =
                    block.backward(
                            pass,
                            new Block.Forward(x, inner, positions),
                            current,
                            gradients.sink(weights));
            inner.close();
            x.close();
            current.close();
            current = before;
            progress.completed(weights);
        }
        return current;
    }
}
