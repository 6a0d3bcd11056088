package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Kernels;
import org.limelm.model.internal.torch.TorchModule;

/**
 * The gradients of a model's weights, allocated once per run: backward passes accumulate in place.
 * They are views of a few flat buffers (buckets), in the order in which a backward pass completes
 * them, so that each bucket can be exchanged between processes while the pass is still running.
 *
 * <p>Owns its arrays, on the model's device; close it before the model. Not thread-safe.
 */
public final class Gradients implements AutoCloseable {
    /** Default bucket size, efficient for exchange between processes and harmless without. */
    public static final long DEFAULT_BUCKET_BYTES = 32L << 20;

    private final NDManager manager;
    private final TorchModule kernels = Kernels.TENSOR.load();
    private final List<NDArray> buckets = new ArrayList<>(); // each (elements)
    private final Map<String, NDArray> byWeight = new HashMap<>(); // by the weight's uid
    private final Map<String, Integer> bucketOf = new HashMap<>(); // by the weight's uid
    private final List<Integer> bucketSizes = new ArrayList<>(); // number of weights per bucket
    private final NDList ordered = new NDList();
    private final BitSet filled = new BitSet(); // weights with a gradient since the last reset
    private final Map<String, Integer> indices = new HashMap<>(); // by the weight's uid

    private Gradients(LimeDecoder model, long bucketBytes) {
        manager = model.weights().newManager();
        manager.setName("gradients");
        List<NDArray> completed = model.completionOrder();
        for (List<NDArray> group : groups(completed, bucketBytes)) {
            allocate(group);
        }
        for (NDArray weight : model.parameters().values()) {
            indices.put(weight.getUid(), ordered.size());
            ordered.add(of(weight));
        }
    }

    /**
     * Allocates the gradients of a model.
     *
     * @param bucketBytes maximum size of a bucket; a larger weight gets a bucket of its own
     */
    public static Gradients of(LimeDecoder model, long bucketBytes) {
        return new Gradients(model, bucketBytes);
    }

    /** Allocates the gradients of a model in buckets of {@link #DEFAULT_BUCKET_BYTES}. */
    public static Gradients of(LimeDecoder model) {
        return of(model, DEFAULT_BUCKET_BYTES);
    }

    private static List<List<NDArray>> groups(List<NDArray> weights, long bucketBytes) {
        List<List<NDArray>> groups = new ArrayList<>();
        long room = 0;
        for (NDArray weight : weights) {
            long bytes = weight.size() * Float.BYTES;
            if (groups.isEmpty() || bytes > room) {
                groups.add(new ArrayList<>());
                room = bucketBytes;
            }
            groups.get(groups.size() - 1).add(weight);
            room -= bytes;
        }
        return groups;
    }

    private void allocate(List<NDArray> weights) {
        long elements = weights.stream().mapToLong(NDArray::size).sum();
        NDArray flat = manager.zeros(new Shape(elements), DataType.FLOAT32);
        long start = 0;
        for (NDArray weight : weights) {
            NDArray view = kernels.call(manager, "view_like", flat, start, weight);
            byWeight.put(weight.getUid(), view);
            bucketOf.put(weight.getUid(), buckets.size());
            start += weight.size();
        }
        buckets.add(flat);
        bucketSizes.add(weights.size());
    }

    /**
     * Returns the buckets, one-dimensional float32 arrays, in the order in which a backward pass
     * completes them. Every gradient is a view into one of them.
     */
    public List<NDArray> buckets() {
        return List.copyOf(buckets);
    }

    /** Returns one gradient per weight, in the order of {@link LimeDecoder#parameters()}. */
    public NDList ordered() {
        return new NDList(ordered);
    }

    /** Makes the next backward pass overwrite the gradients instead of adding to them. */
    public void reset() {
        filled.clear();
    }

    private NDArray of(NDArray weight) {
        NDArray gradient = byWeight.get(weight.getUid());
        if (gradient == null) {
            throw new IllegalArgumentException(weight.getName() + " is not a weight of the model");
        }
        return gradient;
    }

    /**
     * Returns the sink for the gradients of weights that always receive them together. It adds to
     * gradients received since {@link #reset} and overwrites older ones. Marks the weights as
     * having gradients.
     */
    GradientSink sink(NDList weights) {
        NDList found = new NDList(weights.size());
        boolean add = false;
        for (NDArray weight : weights) {
            found.add(of(weight));
            int index = indices.getOrDefault(weight.getUid(), -1);
            add = filled.get(index);
            filled.set(index);
        }
        return new GradientSink(found, add);
    }

    /** Returns a tracker that reports the buckets completed by one backward pass. */
    Progress progress(IntConsumer bucketDone) {
        return new Progress(bucketDone);
    }

    /** Tracks the progress of one backward pass. */
    final class Progress {
        private final IntConsumer bucketDone;
        private final int[] remaining = bucketSizes.stream().mapToInt(Integer::intValue).toArray();

        private Progress(IntConsumer bucketDone) {
            this.bucketDone = bucketDone;
        }

        /** Records that the gradients of some weights are final in this pass. */
        void completed(NDList weights) {
            for (NDArray weight : weights) {
                int bucket = bucketOf.getOrDefault(weight.getUid(), -1);
                if (--remaining[bucket] == 0) {
                    bucketDone.accept(bucket);
                }
            }
        }
    }

    /** Releases the buffers; has no effect if already closed. */
    @Override
    public void close() {
        manager.close();
    }
}
