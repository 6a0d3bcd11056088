package org.limelm.model.decoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.limelm.core.metadata.Feature;
import org.limelm.model.device.Precision;
import org.limelm.model.embedding.TokenEmbedding;
import org.limelm.model.internal.torch.CudaRuntime;
import org.limelm.model.internal.torch.Pass;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a decoder in forward order.
 *
 * @param embedding maps tokens and tags to the residual stream
 * @param layers alternating attention and feed-forward blocks, then the final norm
 * @param head maps the stream to losses or logits
 * @param tagHead maps the stream to the tags of the next token
 */
record DecoderBlocks(
        TokenEmbedding embedding, List<Block> layers, OutputHead head, Optional<TagHead> tagHead) {

    private static final Logger LOG = LoggerFactory.getLogger(DecoderBlocks.class);
    private static final int FLASH_MULTIPLE = 8;
    private static final int FLASH_MAX_HEAD = 256;
    private static final int FLASH_CAPABILITY = 8; // Ampere

    /**
     * Builds the architecture over its weights.
     *
     * @param rows the row kernels of a pass on a GPU, whose blocks are used if they are present
     * @param owner owner of the constants
     */
    static DecoderBlocks of(
            DecoderWeights weights,
            Precision precision,
            Recompute recompute,
            Optional<RowKernels> rows,
            NDManager owner) {
        ModelConfig config = weights.config();
        List<Block> layers = new ArrayList<>();
        for (int i = 0; i < config.numLayers(); i++) {
            layers.add(attention(weights, i, recompute.layer(i), rows));
            layers.add(feedForward(weights, i, recompute.layer(i), rows));
        }
        NDArray finalGain = weights.get(ParameterNames.FINAL_NORM);
        layers.add(
                rows.<Block>map(kernels -> new GpuFinalNorm(finalGain, kernels))
                        .orElseGet(() -> new FinalNorm(finalGain, config, precision)));
        return new DecoderBlocks(
                embedding(weights, owner),
                List.copyOf(layers),
                new OutputHead(
                        weights.matrix(ParameterNames.output(config)), config.logitSoftCap(), rows),
                TagHead.of(weights));
    }

    /** Returns the row kernels of a pass on a GPU in bfloat16, which has flash attention. */
    static Optional<RowKernels> rowKernels(DecoderWeights weights, Precision precision) {
        Device device = weights.device();
        if (!device.isGpu() || precision != Precision.BF16) {
            return Optional.empty();
        }
        int headDim = weights.config().headDim();
        int capability = CudaRuntime.capabilityMajor(device);
        if (headDim % FLASH_MULTIPLE != 0
                || headDim > FLASH_MAX_HEAD
                || capability < FLASH_CAPABILITY) {
            LOG.warn(
                    "Training is slower without flash attention, which needs a headDim that is a multiple of {} up to {}, here {}, and compute capability {}, here {}",
                    FLASH_MULTIPLE,
                    FLASH_MAX_HEAD,
                    headDim,
                    FLASH_CAPABILITY,
                    capability);
            return Optional.empty();
        }
        return Optional.of(CudaRowKernels.of(weights.config(), device));
    }

    private static Block attention(
            DecoderWeights weights, int layer, boolean recomputes, Optional<RowKernels> rows) {
        ParameterNames.Attention names = ParameterNames.attention(layer);
        if (rows.isPresent()) {
            return new GpuAttentionBlock(
                    new NormedProjection(
                            weights.get(names.norm()), weights.matrix(names.qkv()), rows.get()),
                    weights.headNorms(names),
                    weights.matrix(names.out()),
                    rows.get(),
                    gpuAttention(weights),
                    recomputes);
        }
        return new AttentionBlock(
                weights.get(names.norm()),
                weights.matrix(names.qkv()),
                weights.headNorms(names),
                weights.matrix(names.out()),
                weights.config(),
                recomputes);
    }

    private static GpuAttention gpuAttention(DecoderWeights weights) {
        Device device = weights.device();
        return device.isGpu()
                ? GpuAttention.of(weights.config(), device, CudaRuntime.capabilityMajor(device))
                : GpuAttention.FLASH;
    }

    private static Block feedForward(
            DecoderWeights weights, int layer, boolean recomputes, Optional<RowKernels> rows) {
        ParameterNames.FeedForward names = ParameterNames.feedForward(layer);
        if (rows.isPresent()) {
            return new GpuFeedForwardBlock(
                    new NormedProjection(
                            weights.get(names.norm()), weights.matrix(names.gateUp()), rows.get()),
                    weights.matrix(names.down()),
                    rows.get(),
                    recomputes);
        }
        return new FeedForwardBlock(
                weights.get(names.norm()),
                weights.matrix(names.gateUp()),
                weights.matrix(names.down()),
                weights.config(),
                recomputes);
    }

    private static TokenEmbedding embedding(DecoderWeights weights, NDManager owner) {
        List<NDArray> tables = new ArrayList<>();
        List<NDArray> factors = new ArrayList<>();
        for (Feature feature : weights.tables().features()) {
            tables.add(weights.get(ParameterNames.table(feature)));
            factors.add(weights.factor(feature, owner));
        }
        ModelConfig config = weights.config();
        return new TokenEmbedding(
                weights.get(ParameterNames.TOKEN_TABLE),
                config.tokenScale(),
                tables,
                factors,
                config.metadata().hasLearnedWeights());
    }

    /** Returns the weights in the order in which a backward pass completes their gradients. */
    List<NDArray> completionOrder() {
        List<NDArray> order = new ArrayList<>();
        if (!isTied()) {
            order.add(head.weight().master());
        }
        tagHead.ifPresent(tags -> order.addAll(tags.parameters()));
        for (int i = layers.size() - 1; i >= 0; i--) {
            order.addAll(layers.get(i).parameters());
        }
        order.addAll(embedding.parameters());
        return order;
    }

    /** Returns cosine and sine of the angles of all positions, (contextLength, C/2, 2). */
    NDArray ropeTable(Pass pass, ModelConfig config) {
        return pass.call(
                "rope_table",
                embedding.tokenTable(),
                config.contextLength(),
                config.headDim(),
                config.ropeTheta());
    }

    /** Returns the positions of a batch, in the form that the blocks use. */
    Positions positions(Batch batch, NDArray rope, Pass pass) {
        return head.rows().isPresent()
                ? Positions.packed(batch, rope, pass)
                : Positions.masked(batch, rope, pass);
    }

    /** Returns whether the output matrix is the token table. */
    boolean isTied() {
        return head.weight().master() == embedding.tokenTable();
    }

    /** Returns the negative log-likelihood of the tags predicted in one pass, (B, T) each. */
    NDList tagScores(Pass pass, Batch batch, NDArray x, ModelFeatures features) {
        return tagHead.filter(tags -> features.predictedInOnePass().size() > 0)
                .filter(tags -> !batch.tagTargets().isEmpty())
                .map(tags -> tags.score(pass, batch, x))
                .orElseGet(NDList::new);
    }
}
