package org.limelm.model.decoder;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.LinkedHashMap;
import java.util.Map;
import org.limelm.core.metadata.MetadataSchema;

/**
 * A reference implementation of the model from its formulas, in plain NDArray operations and
 * float64, with DJL's automatic differentiation. The oracle for the kernels, with which it shares
 * no code.
 */
final class PlainDecoder {
    private final ModelConfig config;
    private final MetadataSchema tables;
    private final NDManager manager;
    private final Map<String, NDArray> weights = new LinkedHashMap<>();

    PlainDecoder(LimeDecoder model, NDManager manager) {
        config = model.config();
        tables = model.tables();
        this.manager = manager;
        model.parameters()
                .forEach(
                        (name, value) -> {
                            NDArray copy = value.stopGradient().toType(DataType.FLOAT64, true);
                            copy.attach(manager);
                            copy.setRequiresGradient(true);
                            weights.put(name, copy);
                        });
    }

    LossAndGradients lossAndGradients(Batch batch) {
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray loss = loss(batch);
            collector.backward(loss);
            NDList gradients = new NDList();
            weights.values().forEach(weight -> gradients.add(weight.getGradient()));
            return new LossAndGradients(loss, gradients);
        }
    }

    private NDArray loss(Batch batch) {
        NDArray logits = logits(batch);
        NDArray flat = logits.reshape(-1, config.vocabularySize());
        NDArray targets = batch.targets().reshape(-1);
        NDArray counted = targets.gte(0).toType(DataType.FLOAT64, true);
        NDArray chosen = oneHot(targets.maximum(0), config.vocabularySize());
        NDArray logProbability = flat.logSoftmax(-1).mul(chosen).sum(new int[] {-1});
        return logProbability.mul(counted).sum().neg().div(counted.sum());
    }

    NDArray logits(Batch batch) {
        NDArray x = embed(batch); // (B, T, D)
        for (int layer = 0; layer < config.numLayers(); layer++) {
            String name = "layers." + layer;
            x = x.add(attention(name + ".attention.", norm(x, name + ".attention.norm"), batch));
            x = x.add(feedForward(name + ".ffn.", norm(x, name + ".ffn.norm")));
        }
        String head = config.tiedHead() ? "embedding.token.weight" : "head.weight";
        NDArray logits = norm(x, "final.norm").matMul(weight(head).transpose());
        double cap = config.logitSoftCap();
        return cap > 0 ? scaled(scaled(logits, 1 / cap).tanh(), cap) : logits;
    }

    private NDArray embed(Batch batch) {
        NDArray x =
                oneHot(batch.tokens(), config.vocabularySize())
                        .matMul(weight("embedding.token.weight"));
        if (config.embeddingScale()) {
            x = scaled(x, Math.sqrt(config.hiddenSize()));
        }
        for (int d = 0; d < tables.size(); d++) {
            String name = "embedding.meta." + tables.features().get(d).name();
            NDArray looked =
                    oneHot(batch.tags().get(d), tables.features().get(d).size())
                            .matMul(weight(name));
            boolean learned = weights.containsKey(name + ".scale");
            x =
                    x.add(
                            learned
                                    ? looked.mul(weight(name + ".scale"))
                                    : scaled(looked, config.metadata().weightValue()));
        }
        return x;
    }

    private NDArray norm(NDArray x, String gain) {
        NDArray meanSquare = x.mul(x).mean(new int[] {-1}, true);
        return x.div(meanSquare.add(config.normEpsilon()).sqrt()).mul(weight(gain));
    }

    private NDArray attention(String name, NDArray x, Batch batch) {
        int c = config.headDim();
        int h = config.numHeads();
        int k = config.numKvHeads();
        NDArray all = x.matMul(weight(name + "qkv").transpose());
        NDArray query = heads(all, 0, h);
        NDArray key = heads(all, h * c, k);
        if (config.queryKeyNorm()) {
            query = norm(query, name + "query_norm");
            key = norm(key, name + "key_norm");
        }
        NDArray value = heads(all, (h + k) * c, k).repeat(1, (long) h / k);
        NDArray rotatedKey = rotate(key).repeat(1, (long) h / k); // (B, H, T, C)
        NDArray scores =
                scaled(rotate(query).matMul(rotatedKey.transpose(0, 1, 3, 2)), 1 / Math.sqrt(c));
        NDArray weights = scores.add(mask(batch)).softmax(-1);
        NDArray mixed = weights.matMul(value).transpose(0, 2, 1, 3);
        return mixed.reshape(x.getShape().get(0), x.getShape().get(1), (long) h * c)
                .matMul(weight(name + "out").transpose());
    }

    private NDArray heads(NDArray all, int from, int heads) {
        int c = config.headDim();
        return all.get(new NDIndex(":, :, {}:{}", from, from + heads * c))
                .reshape(all.getShape().get(0), all.getShape().get(1), heads, c)
                .transpose(0, 2, 1, 3);
    }

    /** Rotates the pair (2i, 2i+1) at position t by t · theta^(−2i/C). */
    private NDArray rotate(NDArray x) {
        int c = config.headDim();
        int length = (int) x.getShape().get(2);
        double[] cos = new double[length * c / 2];
        double[] sin = new double[length * c / 2];
        for (int t = 0; t < length; t++) {
            for (int i = 0; i < c / 2; i++) {
                double angle = t * Math.pow(config.ropeTheta(), -2.0 * i / c);
                cos[t * c / 2 + i] = Math.cos(angle);
                sin[t * c / 2 + i] = Math.sin(angle);
            }
        }
        NDArray cosine = manager.create(cos, new Shape(length, c / 2));
        NDArray sine = manager.create(sin, new Shape(length, c / 2));
        NDArray even = x.get("..., 0::2");
        NDArray odd = x.get("..., 1::2");
        NDArray rotatedEven = even.mul(cosine).sub(odd.mul(sine));
        NDArray rotatedOdd = even.mul(sine).add(odd.mul(cosine));
        return NDArrays.stack(new NDList(rotatedEven, rotatedOdd), -1).reshape(x.getShape());
    }

    /** Returns 0 where a position may attend, a large negative number elsewhere. */
    private NDArray mask(Batch batch) {
        int rows = (int) batch.tokens().getShape().get(0);
        int length = (int) batch.tokens().getShape().get(1);
        double[] values = new double[rows * length * length];
        long[] documents =
                batch.documentIds().map(NDArray::toLongArray).orElse(new long[rows * length]);
        for (int b = 0; b < rows; b++) {
            for (int i = 0; i < length; i++) {
                for (int j = 0; j < length; j++) {
                    boolean visible =
                            j <= i && documents[b * length + i] == documents[b * length + j];
                    values[(b * length + i) * length + j] = visible ? 0 : -1e30;
                }
            }
        }
        return manager.create(values, new Shape(rows, 1, length, length));
    }

    private NDArray feedForward(String name, NDArray x) {
        int f = config.ffnSize();
        NDArray both = x.matMul(weight(name + "gate_up").transpose());
        NDArray gate = both.get(new NDIndex(":, :, :{}", f));
        NDArray up = both.get(new NDIndex(":, :, {}:", f));
        NDArray activated =
                config.activation() == Activation.GEGLU
                        ? gelu(gate)
                        : gate.div(gate.neg().exp().add(1));
        return activated.mul(up).matMul(weight(name + "down").transpose());
    }

    private NDArray gelu(NDArray x) {
        NDArray cubic = x.add(scaled(x.mul(x).mul(x), 0.044715));
        NDArray inner = scaled(cubic, Math.sqrt(2 / Math.PI));
        return scaled(x, 0.5).mul(inner.tanh().add(1));
    }

    /**
     * Returns a multiple of an array. The backward pass reads the factor, which therefore belongs
     * to the manager: DJL's products with numbers leave theirs to the garbage collector.
     */
    private NDArray scaled(NDArray x, double factor) {
        return x.mul(manager.create(factor));
    }

    private static NDArray oneHot(NDArray ids, int size) {
        return ids.oneHot(size, DataType.FLOAT64);
    }

    private NDArray weight(String name) {
        NDArray weight = weights.get(name);
        if (weight == null) {
            throw new IllegalStateException("no weight " + name);
        }
        return weight;
    }
}
