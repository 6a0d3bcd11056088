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
 * The gradients of a model's weights, kept for a whole run: backward passes add to them in place.
 * They are parts of a few flat buffers, in the order in which a backward pass completes them, so
 * that each buffer can be exchanged between processes while the pass is still running.
 *
 * <p>Owns its arrays, on the model's device; to be closed before the model is. Not thread-safe.
 */
public final class Gradients implements AutoCloseable {
    /** A size of buffers that pays for exchange between processes, and costs nothing without. */
    public static final long DEFAULT_BUCKET_BYTES = 32L << 20;

    private final NDManager manager;
    private final TorchModule kernels = Kernels.TENSOR.load();
    private final List<NDArray> buckets = new ArrayList<>(); // each (elements)
    private final Map<String, NDArray> byWeight = new HashMap<>(); // by the weight's uid
    private final Map<String, Integer> bucketOf = new HashMap<>(); // by the weight's uid
    private final List<Integer> bucketSizes = new ArrayList<>(); // weights of each bucket
    private final NDList ordered = new NDList();
    private final BitSet filled = new BitSet(); // weights that hold a gradient of this step
    private final Map<String, Integer> places = new HashMap<>(); // by the weight's uid

    private Gradients(LimeDecoder model, long bucketBytes) {
        manager = model.weights().newManager();
        manager.setName("gradients");
        List<NDArray> completed = model.completionOrder();
        for (List<NDArray> group : groups(completed, bucketBytes)) {
            allocate(group);
        }
        for (NDArray weight : model.parameters().values()) {
            places.put(weight.getUid(), ordered.size());
            ordered.add(of(weight));
        }
    }

    /**
     * Allocates the gradients of a model.
     *
     * @param bucketBytes size that a buffer reaches before the next begins; a larger weight has a
     *     buffer to itself
     */
    public static Gradients of(LimeDecoder model, long bucketBytes) {
        return new Gradients(model, bucketBytes);
    }

    /** Allocates the gradients of a model in buffers of {@link #DEFAULT_BUCKET_BYTES}. */
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
     * Returns the flat buffers, float32 of one dimension, in the order in which a backward pass
     * completes them. Every gradient is a view of a part of one of them.
     */
    public List<NDArray> buckets() {
        return List.copyOf(buckets);
    }

    /** Returns one gradient per weight, in the order of {@link LimeDecoder#parameters()}. */
    public NDList ordered() {
        return new NDList(ordered);
    }

    /** Makes the next backward pass replace what is held, instead of adding to it. */
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
     * Returns what receives the gradients of some weights, which always get them together: added to
     * where they hold gradients since {@link #reset}. From now on they do.
     */
    GradientSink sink(NDList weights) {
        NDList found = new NDList(weights.size());
        boolean add = false;
        for (NDArray weight : weights) {
            found.add(of(weight));
            int place = places.getOrDefault(weight.getUid(), -1);
            add = filled.get(place);
            filled.set(place);
        }
        return new GradientSink(found, add);
    }

    /** Tells which buckets one backward pass has completed. */
    Progress progress(IntConsumer bucketDone) {
        return new Progress(bucketDone);
    }

    /** What is still to come of one backward pass. */
    final class Progress {
        private final IntConsumer bucketDone;
        private final int[] missing = bucketSizes.stream().mapToInt(Integer::intValue).toArray();

        private Progress(IntConsumer bucketDone) {
            this.bucketDone = bucketDone;
        }

        /** Notes that the gradients of some weights will not change any more in this pass. */
        void completed(NDList weights) {
            for (NDArray weight : weights) {
                int bucket = bucketOf.getOrDefault(weight.getUid(), -1);
                if (--missing[bucket] == 0) {
                    bucketDone.accept(bucket);
                }
            }
        }
    }

    /** Frees the buffers; a second call does nothing. */
    @Override
    public void close() {
        manager.close();
    }
}
