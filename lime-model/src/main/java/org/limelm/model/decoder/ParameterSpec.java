package org.limelm.model.decoder;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;

/**
 * The specification of one trained array of a model.
 *
 * @param name path of the parameter, such as {@code layers.0.attention.qkv}
 * @param part the part of the model it belongs to
 * @param shape its shape
 * @param init its initialization
 * @param matrix whether it multiplies activations and therefore receives weight decay
 * @param stacked row counts of the matrices stacked in it, such as queries, keys and values; empty
 *     if it is not a matrix of a layer
 */
public record ParameterSpec(
        String name, Part part, Shape shape, Init init, boolean matrix, List<Long> stacked) {
    /** Copies the list. */
    public ParameterSpec {
        stacked = List.copyOf(stacked);
    }

    /** Specifies a parameter that is not a matrix of a layer. */
    private ParameterSpec(String name, Part part, Shape shape, Init init, boolean matrix) {
        this(name, part, shape, init, matrix, List.of());
    }

    /** A part of the model. */
    public enum Part {
        /** The token table. */
        TOKENS,
        /** The metadata tables and their factors. */
        METADATA,
        /** Attention and feed-forward blocks. */
        LAYERS,
        /** The norm before the output. */
        FINAL_NORM,
        /** An output matrix that is not the token table. */
        HEAD,
        /** The head that predicts tags. */
        TAG_HEAD
    }

    /** The initialization of a parameter. */
    public sealed interface Init {
        /** The same value in every element. */
        record Constant(double value) implements Init {}

        /** Normally distributed around zero. */
        record Normal(double std) implements Init {}
    }

    /** Returns the parameters of a model with the default initialization. */
    public static List<ParameterSpec> of(ModelConfig config, ModelFeatures features) {
        return of(config, features, InitConfig.defaults());
    }

    /** Returns the parameters of a model without a tag head, with the default initialization. */
    public static List<ParameterSpec> of(ModelConfig config, MetadataSchema tables) {
        return of(config, ModelFeatures.of(tables));
    }

    /**
     * Returns the parameters of a model, in forward order.
     *
     * <p>Weight decay applies to parameters that multiply activations. It does not apply to norms,
     * scalars, metadata tables, or an untied token table, whose rarely used rows would only decay.
     */
    public static List<ParameterSpec> of(
            ModelConfig config, ModelFeatures features, InitConfig init) {
        List<ParameterSpec> specs = new ArrayList<>();
        long d = config.hiddenSize();
        long c = config.headDim();
        long queryWidth = config.numHeads() * c;
        long kvWidth = config.numKvHeads() * c;
        Shape vocabulary = new Shape(config.vocabularySize(), d);

        specs.add(
                new ParameterSpec(
                        ParameterNames.TOKEN_TABLE,
                        Part.TOKENS,
                        vocabulary,
                        init.tokenTable(config),
                        config.tiedHead()));
        for (Feature feature : features.tables().features()) {
            specs.addAll(metadata(config, feature));
        }
        for (int layer = 0; layer < config.numLayers(); layer++) {
            ParameterNames.Attention attention = ParameterNames.attention(layer);
            ParameterNames.FeedForward ffn = ParameterNames.feedForward(layer);
            specs.add(gain(attention.norm(), Part.LAYERS, d));
            specs.add(matrix(attention.qkv(), init.input(d), d, queryWidth, kvWidth, kvWidth));
            if (config.queryKeyNorm()) {
                specs.add(gain(attention.queryNorm(), Part.LAYERS, c));
                specs.add(gain(attention.keyNorm(), Part.LAYERS, c));
            }
            Init attended = init.output(queryWidth, config.numLayers());
            specs.add(matrix(attention.out(), attended, queryWidth, d));
            specs.add(gain(ffn.norm(), Part.LAYERS, d));
            specs.add(matrix(ffn.gateUp(), init.input(d), d, config.ffnSize(), config.ffnSize()));
            Init gated = init.output(config.ffnSize(), config.numLayers());
            specs.add(matrix(ffn.down(), gated, config.ffnSize(), d));
        }
        specs.add(gain(ParameterNames.FINAL_NORM, Part.FINAL_NORM, d));
        if (!config.tiedHead()) {
            specs.add(
                    new ParameterSpec(
                            ParameterNames.HEAD, Part.HEAD, vocabulary, init.head(config), true));
        }
        features.tagHead().ifPresent(head -> specs.addAll(tagHead(config, head, init)));
        return List.copyOf(specs);
    }

    private static List<ParameterSpec> tagHead(
            ModelConfig config, TagHeadConfig head, InitConfig init) {
        List<ParameterSpec> specs = new ArrayList<>();
        ParameterNames.TagHead names = ParameterNames.tagHead();
        long d = config.hiddenSize();
        long width = head.inputWidth(d);
        if (head.readsToken()) {
            specs.add(gain(names.norm(), Part.TAG_HEAD, d));
        }
        specs.add(tagMatrix(names.gate(), init.input(width), d, width));
        specs.add(tagMatrix(names.up(), init.input(width), d, width));
        List<Feature> predicted = head.features().features();
        for (Feature feature : predicted) {
            specs.add(
                    tagMatrix(ParameterNames.tagOutput(feature), init.input(d), feature.size(), d));
        }
        for (Feature feature : predicted.subList(0, predicted.size() - 1)) {
            Shape shape = new Shape(feature.size(), d);
            String name = ParameterNames.tagCondition(feature);
            specs.add(new ParameterSpec(name, Part.TAG_HEAD, shape, new Init.Constant(0), false));
        }
        return specs;
    }

    private static ParameterSpec tagMatrix(String name, Init init, long rows, long columns) {
        return new ParameterSpec(name, Part.TAG_HEAD, new Shape(rows, columns), init, true);
    }

    private static List<ParameterSpec> metadata(ModelConfig config, Feature feature) {
        MetadataConfig metadata = config.metadata();
        Init init =
                switch (metadata.init()) {
                    case ZEROS -> new Init.Constant(0);
                    case NORMAL -> new Init.Normal(metadata.initStd());
                };
        Shape shape = new Shape(feature.size(), config.hiddenSize());
        ParameterSpec table =
                new ParameterSpec(ParameterNames.table(feature), Part.METADATA, shape, init, false);
        if (!metadata.hasLearnedWeights()) {
            return List.of(table);
        }
        Init start = new Init.Constant(metadata.weightValue());
        return List.of(
                table,
                new ParameterSpec(
                        ParameterNames.factor(feature), Part.METADATA, new Shape(), start, false));
    }

    private static ParameterSpec gain(String name, Part part, long width) {
        return new ParameterSpec(name, part, new Shape(width), new Init.Constant(1), false);
    }

    private static ParameterSpec matrix(String name, Init init, long columns, long... stacked) {
        Shape shape = new Shape(LongStream.of(stacked).sum(), columns);
        return new ParameterSpec(
                name, Part.LAYERS, shape, init, true, LongStream.of(stacked).boxed().toList());
    }
}
