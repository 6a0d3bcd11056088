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

    /** Lists the parameters of a model with the usual first values. */
    public static List<ParameterSpec> of(ModelConfig config, MetadataSchema tables) {
        return of(config, tables, InitConfig.defaults());
    }

    /**
     * Lists the parameters of a model, in the order in which activations meet them.
     *
     * <p>Weight decay applies to what multiplies activations: not to norms, scalars, metadata
     * tables, nor to a token table that is not also the output matrix, as rows that are seldom
     * looked up would only decay.
     */
    public static List<ParameterSpec> of(
            ModelConfig config, MetadataSchema tables, InitConfig init) {
        List<ParameterSpec> specs = new ArrayList<>();
        long d = config.hiddenSize();
        long c = config.headDim();
        long queryWidth = config.numHeads() * c;
        long kvWidth = config.numKvHeads() * c;
        Shape vocabulary = new Shape(config.vocabularySize(), d);

        specs.add(
                new ParameterSpec(
                        "embedding.token.weight",
                        vocabulary,
                        init.tokenTable(config),
                        config.tiedHead()));
        for (Feature feature : tables.features()) {
            specs.addAll(metadata(config, feature));
        }
        for (int layer = 0; layer < config.numLayers(); layer++) {
            String attention = "layers." + layer + ".attention.";
            String ffn = "layers." + layer + ".ffn.";
            specs.add(gain(attention + "norm", d));
            specs.add(matrix(attention + "qkv", init.input(d), d, queryWidth, kvWidth, kvWidth));
            if (config.queryKeyNorm()) {
                specs.add(gain(attention + "query_norm", c));
                specs.add(gain(attention + "key_norm", c));
            }
            specs.add(
                    matrix(
                            attention + "out",
                            init.output(queryWidth, config.numLayers()),
                            queryWidth,
                            d));
            specs.add(gain(ffn + "norm", d));
            specs.add(
                    matrix(ffn + "gate_up", init.input(d), d, config.ffnSize(), config.ffnSize()));
            specs.add(
                    matrix(
                            ffn + "down",
                            init.output(config.ffnSize(), config.numLayers()),
                            config.ffnSize(),
                            d));
        }
        specs.add(gain("final.norm", d));
        if (!config.tiedHead()) {
            specs.add(new ParameterSpec("head.weight", vocabulary, init.head(config), true));
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

    private static ParameterSpec gain(String name, long width) {
        return new ParameterSpec(name, new Shape(width), new Init.Constant(1), false);
    }

    private static ParameterSpec matrix(String name, Init init, long columns, long... stacked) {
        Shape shape = new Shape(LongStream.of(stacked).sum(), columns);
        return new ParameterSpec(name, shape, init, true, LongStream.of(stacked).boxed().toList());
    }
}
