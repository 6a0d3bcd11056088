package org.limelm.model.huggingface;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.limelm.core.metadata.Feature;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.decoder.ParameterNames;
import org.limelm.model.decoder.TagHeadConfig;

/** The correspondence between the tensors of a HuggingFace model and LIME's parameters. */
final class TensorLayout {
    private final ModelConfig model;
    private final Architecture architecture;
    private final List<TensorBlock> blocks = new ArrayList<>();

    private TensorLayout(Architecture architecture, ModelConfig model) {
        this.architecture = architecture;
        this.model = model;
    }

    /** Returns the tensors of a model, in the order in which they are written. */
    static List<TensorBlock> of(
            Architecture architecture, ModelConfig model, ModelFeatures features) {
        TensorLayout layout = new TensorLayout(architecture, model);
        layout.add("model.embed_tokens.weight", ParameterNames.TOKEN_TABLE, model.vocabularySize());
        for (Feature feature : features.tables().features()) {
            layout.addTable(feature);
        }
        for (int layer = 0; layer < model.numLayers(); layer++) {
            layout.addAttention(layer);
            layout.addFeedForward(layer);
        }
        layout.addGain("model.norm.weight", ParameterNames.FINAL_NORM);
        if (!model.tiedHead()) {
            layout.add("lm_head.weight", ParameterNames.HEAD, model.vocabularySize());
        }
        features.tagHead().ifPresent(layout::addTagHead);
        return List.copyOf(layout.blocks);
    }

    /** Returns the blocks of each parameter, in the order of their rows. */
    static Map<String, List<TensorBlock>> byParameter(List<TensorBlock> blocks) {
        Map<String, List<TensorBlock>> byParameter = new LinkedHashMap<>();
        for (TensorBlock block : blocks) {
            byParameter.computeIfAbsent(block.parameter(), name -> new ArrayList<>()).add(block);
        }
        return byParameter;
    }

    private void addTable(Feature feature) {
        String prefix = "model.metadata.feature_" + feature.name() + ".";
        add(prefix + "weight", ParameterNames.table(feature), feature.size());
        if (model.metadata().hasLearnedWeights()) {
            blocks.add(
                    new TensorBlock(
                            prefix + "scale", List.of(), ParameterNames.factor(feature), 0, 0, 0));
        }
    }

    private void addAttention(int layer) {
        ParameterNames.Attention names = ParameterNames.attention(layer);
        String prefix = "model.layers." + layer + ".";
        String attention = prefix + "self_attn.";
        long queries = (long) model.numHeads() * model.headDim();
        long keys = (long) model.numKvHeads() * model.headDim();
        addGain(prefix + "input_layernorm.weight", names.norm());
        addRotated(attention + "q_proj.weight", names.qkv(), 0, queries);
        addRotated(attention + "k_proj.weight", names.qkv(), queries, keys);
        add(attention + "v_proj.weight", names.qkv(), queries + keys, keys, model.hiddenSize());
        if (model.queryKeyNorm()) {
            addHeadGain(attention + "q_norm.weight", names.queryNorm());
            addHeadGain(attention + "k_norm.weight", names.keyNorm());
        }
        add(attention + "o_proj.weight", names.out(), 0, model.hiddenSize(), queries);
    }

    private void addFeedForward(int layer) {
        ParameterNames.FeedForward names = ParameterNames.feedForward(layer);
        String prefix = "model.layers." + layer + ".";
        String mlp = prefix + "mlp.";
        long width = model.ffnSize();
        addGain(prefix + "post_attention_layernorm.weight", names.norm());
        add(mlp + "gate_proj.weight", names.gateUp(), 0, width, model.hiddenSize());
        add(mlp + "up_proj.weight", names.gateUp(), width, width, model.hiddenSize());
        add(mlp + "down_proj.weight", names.down(), 0, model.hiddenSize(), width);
    }

    private void addTagHead(TagHeadConfig head) {
        ParameterNames.TagHead names = ParameterNames.tagHead();
        String prefix = "model.tag_head.";
        long width = head.inputWidth(model.hiddenSize());
        if (head.input() == TagHeadConfig.Input.PREVIOUS_STATE) {
            addGain(prefix + "norm.weight", names.norm());
        }
        add(prefix + "gate_proj.weight", names.gate(), 0, model.hiddenSize(), width);
        add(prefix + "up_proj.weight", names.up(), 0, model.hiddenSize(), width);
        List<Feature> predicted = head.features().features();
        for (Feature feature : predicted) {
            String name = prefix + "out.feature_" + feature.name() + ".weight";
            add(name, ParameterNames.tagOutput(feature), feature.size());
        }
        for (Feature feature : predicted.subList(0, predicted.size() - 1)) {
            String name = prefix + "condition.feature_" + feature.name() + ".weight";
            add(name, ParameterNames.tagCondition(feature), feature.size());
        }
    }

    /** Adds a table with rows of the width D. */
    private void add(String name, String parameter, long rows) {
        add(name, parameter, 0, rows, model.hiddenSize());
    }

    private void add(String name, String parameter, long firstRow, long rows, long columns) {
        blocks.add(new TensorBlock(name, List.of(rows, columns), parameter, firstRow, 0, 0));
    }

    /** Adds a projection to rotated heads. */
    private void addRotated(String name, String parameter, long firstRow, long rows) {
        List<Long> shape = List.of(rows, (long) model.hiddenSize());
        blocks.add(new TensorBlock(name, shape, parameter, firstRow, model.headDim(), 0));
    }

    private void addGain(String name, String parameter) {
        List<Long> shape = List.of((long) model.hiddenSize());
        blocks.add(new TensorBlock(name, shape, parameter, 0, 0, architecture.gainOffset()));
    }

    /** Adds the gain of rotated heads, (C). */
    private void addHeadGain(String name, String parameter) {
        List<Long> shape = List.of((long) model.headDim());
        blocks.add(new TensorBlock(name, shape, parameter, 0, model.headDim(), 0));
    }
}
