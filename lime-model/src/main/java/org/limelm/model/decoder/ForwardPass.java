package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Optional;
import org.limelm.core.LimeException;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Pass;

/**
 * A forward pass that can be followed by a backward pass for an objective of the caller's: a loss
 * of the logits with a weight per token, a head of the caller's on the final states, or both.
 *
 * <pre>{@code
 * gradients.reset();
 * try (ForwardPass pass = model.forwardPass(batch, scope)) {
 *     NDArray gradLogits = gradientOfMyLoss(pass.logits());     // (B, T, V)
 *     pass.backward(Optional.of(gradLogits), Optional.empty(), gradients);
 * }
 * }</pre>
 *
 * <p>In contrast to {@link LimeDecoder#accumulate}, all logits exist at once. Owns the intermediate
 * results; not thread-safe.
 */
public final class ForwardPass implements AutoCloseable {
    private final DecoderBlocks blocks;
    private final Batch batch;
    private final Pass pass;
    private final Tape tape;
    private final NDArray x; // (B, T, D), normalized
    private boolean done;

    ForwardPass(DecoderBlocks blocks, Batch batch, Positions positions, Pass pass) {
        this.blocks = blocks;
        this.batch = batch;
        this.pass = pass;
        tape = new Tape(pass, positions);
        NDArray stream = blocks.embedding().forward(pass, batch.tokens(), batch.tags());
        for (Block block : blocks.layers()) {
            stream = tape.forward(block, stream); // (B, T, D)
        }
        x = stream;
    }

    /** Returns a copy of the final states, after the last norm, float32 (B, T, D). */
    public NDArray states() {
        return pass.call("copy_float32", x);
    }

    /** Returns the logits, float32 (B, T, V). */
    public NDArray logits() {
        return blocks.head().logits(pass, x);
    }

    /** Returns the final states in the compute precision, (B, T, D). */
    NDArray compute() {
        return x;
    }

    /**
     * Adds the gradients of an objective, once per pass. Weights that it does not depend on receive
     * the gradient 0.
     *
     * @param gradLogits gradient of {@link #logits}, float32 (B, T, V); empty if the objective does
     *     not use them
     * @param gradStates gradient of {@link #states}, float32 (B, T, D); empty if the objective does
     *     not use them
     * @param gradients gradients of the model
     * @throws LimeException if the shape of a gradient is not that of what it belongs to
     * @throws IllegalStateException if the backward pass has already run
     */
    public void backward(
            Optional<NDArray> gradLogits, Optional<NDArray> gradStates, Gradients gradients) {
        requireFirst();
        gradLogits.ifPresent(gradient -> blocks.head().requireShape(gradient, x));
        gradStates.ifPresent(ForwardPass.this::requireShape);
        NDArray gradX = pass.call("zeros_like", x);
        NDList output = new NDList(blocks.head().weight().master());
        GradientSink sink = gradients.sink(output);
        if (gradLogits.isPresent()) {
            blocks.head().backward(pass, x, gradLogits.get(), gradX, sink);
        } else {
            zeroUnlessAdding(sink);
        }
        blocks.tagHead().ifPresent(head -> zeroUnlessAdding(gradients.sink(head.parameters())));
        gradStates.ifPresent(gradient -> pass.callForList("accumulate_", gradX, gradient, true));
        backward(gradX, gradients, gradients.progress(bucket -> {}));
    }

    private void zeroUnlessAdding(GradientSink sink) {
        if (!sink.add()) {
            sink.gradients().forEach(gradient -> pass.callForList("zero_", gradient));
        }
    }

    private void requireFirst() {
        if (done) {
            throw new IllegalStateException("the backward pass has already run");
        }
    }

    private void requireShape(NDArray gradient) {
        if (!gradient.getShape().equals(x.getShape())) {
            throw new LimeException(
                    "[backward] gradient of the states of shape %s, expected %s"
                            .formatted(gradient.getShape(), x.getShape()));
        }
    }

    /**
     * Runs the backward pass from the final states on.
     *
     * @param gradX their gradient, (B, T, D)
     * @param progress notified when the gradients of weights are final
     */
    void backward(NDArray gradX, Gradients gradients, Gradients.Progress progress) {
        requireFirst();
        done = true;
        x.close();
        NDArray gradEmbedded = tape.backward(gradX, gradients, progress);
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
    }

    /** Releases the intermediate results; has no effect if already closed. */
    @Override
    public void close() {
        pass.scope().close();
    }
}
