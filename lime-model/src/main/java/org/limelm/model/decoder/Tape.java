package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.limelm.model.torch.Pass;

/**
 * Remembers which block made what, and runs the gradients back through the blocks. Every block is a
 * graph of its own, from its input to its output: going back frees one after the other, and a block
 * that recomputes keeps its input only.
 */
final class Tape {
    private record Step(Block block, NDArray input, Optional<NDArray> output) {}

    private final Pass pass;
    private final Positions positions;
    private final Deque<Step> steps = new ArrayDeque<>();

    Tape(Pass pass, Positions positions) {
        this.pass = pass;
        this.positions = positions;
    }

    /** Runs a block and remembers it. */
    NDArray forward(Block block, NDArray x) {
        NDArray input = pass.leaf(x);
        boolean recomputes = block.recomputes();
        NDArray output = block.forward(pass.recording(!recomputes), input, positions);
        steps.push(new Step(block, input, recomputes ? Optional.empty() : Optional.of(output)));
        return output;
    }

    /**
     * Runs back through all blocks.
     *
     * @param gradient that of the last block's output
     * @param gradients receives the gradient of every weight
     * @param progress is told when a block's weights are done
     * @return the gradient of the first block's input
     */
    NDArray backward(NDArray gradient, Gradients gradients, Gradients.Progress progress) {
        NDArray flowing = gradient;
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            NDArray output =
                    step.output()
                            .orElseGet(
                                    () ->
                                            step.block()
                                                    .forward(
                                                            pass.recording(true),
                                                            step.input(),
                                                            positions));
            NDList weights = step.block().parameters();
            NDList inputs = new NDList(step.input());
            inputs.addAll(weights);
            NDList found = pass.backward(output, inputs, flowing);
            output.close();
            step.input().close();
            flowing.close();
            flowing = found.get(0);
            NDList parts = found.subNDList(1);
            gradients.add(weights, parts);
            progress.completed(weights);
            parts.close();
        }
        return flowing;
    }
}
