package org.limelm.model.decoder;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;

/**
 * One trained array of a model, before it exists.
 *
 * @param name path of the parameter, such as {@code layers.0.attention.qkv}
 * @param shape its shape
 * @param init its first values
 * @param matrix whether it multiplies activations, and so receives weight decay
 * @param stacked rows of each of the layers' matrices that lie one below the other in it, such as
 *     queries, keys and values; empty for what is no matrix of a layer
 */
public record ParameterSpec(
        String name, Shape shape, Init init, boolean matrix, List<Long> stacked) {
    /** Copies the list. */
    public ParameterSpec {
        stacked = List.copyOf(stacked);
    }

    /** Describes a parameter that is no matrix of a layer. */
    ParameterSpec(String name, Shape shape, Init init, boolean matrix) {
        this(name, shape, init, matrix, List.of());
    }

    /** The first values of a parameter. */
    public sealed interface Init {
        /** Every element is the same. */
        record Constant(double value) implements Init {}

        /** Normally distributed around zero. */
        record Normal(double std) implements Init {}
    }

    private static final double EMBEDDING_STD = 0.02;

    /**
     * Lists the parameters of a model, in the order in which activations meet them.
     *
     * <p>A matrix starts with standard deviation 1/√(columns), so that it keeps the scale of its
     * input; those that write into the residual stream are divided by √(2L) besides, as it sums 2L
     * of them (Radford et al. 2019). Weight decay falls on what multiplies activations: not on
     * norms, scalars, metadata tables, nor on a token table that is not also the output matrix, as
     * rows that are seldom looked up would only decay.
     */
    public static List<ParameterSpec> of(ModelConfig config, MetadataSchema tables) {
        List<ParameterSpec> specs = new ArrayList<>();
        long d = config.hiddenSize();
        long queryWidth = (long) config.numHeads() * config.headDim();
        long kvWidth = (long) config.numKvHeads() * config.headDim();
        Shape vocabulary = new Shape(config.vocabularySize(), d);
        Init embedding = new Init.Normal(EMBEDDING_STD);
        Init one = new Init.Constant(1);

        specs.add(
                new ParameterSpec(
                        "embedding.token.weight", vocabulary, embedding, config.tiedHead()));
        for (Feature feature : tables.features()) {
            specs.addAll(metadata(config, feature));
        }
        for (int layer = 0; layer < config.numLayers(); layer++) {
            String attention = "layers." + layer + ".attention.";
            String ffn = "layers." + layer + ".ffn.";
            specs.add(new ParameterSpec(attention + "norm", new Shape(d), one, false));
            specs.add(inner(attention + "qkv", d, queryWidth, kvWidth, kvWidth));
            specs.add(residual(attention + "out", d, queryWidth, config.numLayers()));
            specs.add(new ParameterSpec(ffn + "norm", new Shape(d), one, false));
            specs.add(inner(ffn + "gate_up", d, config.ffnSize(), config.ffnSize()));
            specs.add(residual(ffn + "down", d, config.ffnSize(), config.numLayers()));
        }
        specs.add(new ParameterSpec("final.norm", new Shape(d), one, false));
        if (!config.tiedHead()) {
            specs.add(new ParameterSpec("head.weight", vocabulary, embedding, true));
        }
        return List.copyOf(specs);
    }

    private static List<ParameterSpec> metadata(ModelConfig config, Feature feature) {
        MetadataConfig metadata = config.metadata();
        String name = "embedding.meta." + feature.name();
        Init init =
                switch (metadata.init()) {
                    case ZEROS -> new Init.Constant(0);
                    case NORMAL -> new Init.Normal(metadata.initStd());
                };
        Shape shape = new Shape(feature.size(), config.hiddenSize());
        ParameterSpec table = new ParameterSpec(name, shape, init, false);
        if (metadata.weight() == MetadataConfig.WeightMode.FIXED) {
            return List.of(table);
        }
        Init start = new Init.Constant(metadata.weightValue());
        return List.of(table, new ParameterSpec(name + ".scale", new Shape(), start, false));
    }

    private static ParameterSpec inner(String name, long columns, long... stacked) {
        Init init = new Init.Normal(1 / Math.sqrt((double) columns));
        Shape shape = new Shape(LongStream.of(stacked).sum(), columns);
        return new ParameterSpec(name, shape, init, true, LongStream.of(stacked).boxed().toList());
    }

    private static ParameterSpec residual(String name, long rows, long columns, int layers) {
        Init init = new Init.Normal(1 / Math.sqrt(columns * 2.0 * layers));
        return new ParameterSpec(name, new Shape(rows, columns), init, true, List.of(rows));
    }
}
