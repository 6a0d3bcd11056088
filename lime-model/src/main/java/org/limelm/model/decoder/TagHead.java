package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.limelm.core.metadata.Feature;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Pass;

/**
 * The head that predicts the tags of the next token, see tag_head.py. It sees nothing of these
 * tags: it reads a state that precedes them, with the embedding of the current token if that state
 * has not read the token.
 *
 * @param norm gain of the token embedding, (D); empty if the head reads the current state
 * @param matrices gate and up, (D, I) each, then one (tags, D) per feature
 * @param conditions one (tags, D) per feature, except for the last
 * @param tokenTable the embeddings of tokens, (V, D)
 * @param epsilon of the norm
 */
record TagHead(
        Optional<NDArray> norm,
        List<Matrix> matrices,
        List<NDArray> conditions,
        NDArray tokenTable,
        double epsilon) {
    private static final long CHUNK_ROWS = 4_096;

    /** Returns the head of a model, if it has one. */
    static Optional<TagHead> of(DecoderWeights weights) {
        return weights.features().tagHead().map(head -> of(weights, head));
    }

    private static TagHead of(DecoderWeights weights, TagHeadConfig head) {
        ParameterNames.TagHead names = ParameterNames.tagHead();
        List<Matrix> matrices = new ArrayList<>();
        matrices.add(weights.matrix(names.gate()));
        matrices.add(weights.matrix(names.up()));
        List<Feature> predicted = head.features().features();
        for (Feature feature : predicted) {
            matrices.add(weights.matrix(ParameterNames.tagOutput(feature)));
        }
        List<NDArray> conditions =
                predicted.subList(0, predicted.size() - 1).stream()
                        .map(feature -> weights.get(ParameterNames.tagCondition(feature)))
                        .toList();
        return new TagHead(
                head.readsToken() ? Optional.of(weights.get(names.norm())) : Optional.empty(),
                matrices,
                conditions,
                weights.get(ParameterNames.TOKEN_TABLE),
                weights.config().normEpsilon());
    }

    /** Returns the trained arrays: norm if present, matrices, conditions. */
    NDList parameters() {
        NDList parameters = new NDList();
        norm.ifPresent(parameters::add);
        matrices.forEach(matrix -> parameters.add(matrix.master()));
        parameters.addAll(conditions);
        return parameters;
    }

    /**
     * Adds the gradients of the tags' cross-entropy, summed over the features.
     *
     * @param normalizer scalar divisor of the summed cross-entropy
     * @param weight its factor
     * @param state the normalized stream, (B, T, D)
     * @param gradState the gradient of the stream, (B, T, D), to which this pass adds
     */
    void addGradients(
            Pass pass,
            Batch batch,
            NDArray state,
            NDArray normalizer,
            double weight,
            NDArray gradState,
            Gradients gradients) {
        GradientSink sink = gradients.sink(parameters());
        int first = norm.isPresent() ? 1 : 0;
        NDArray u = input(pass, batch, state); // (B, T, I)
        NDArray gradInput = // (B, T, I)
                pass.call(
                        "tag_head",
                        u,
                        compute(),
                        conditions,
                        batch.tagTargets(),
                        normalizer,
                        weight,
                        sink.gradients().subNDList(first, first + matrices.size()),
                        sink.gradients().subNDList(first + matrices.size()),
                        sink.add(),
                        CHUNK_ROWS);
        if (norm.isPresent()) {
            GradientSink tokens = gradients.sink(new NDList(tokenTable));
            gradInput =
                    pass.call(
                            "tag_head_input_backward",
                            tokenTable,
                            batch.tokens(),
                            norm.get(),
                            documentIds(batch),
                            epsilon,
                            gradInput,
                            tokens.single(),
                            tokens.add(),
                            sink.gradients().get(0),
                            sink.add());
        }
        pass.callForList("accumulate_", gradState, gradInput, true);
    }

    /** Returns the negative log-likelihood of the batch's next tags, one (B, T) per feature. */
    NDList score(Pass pass, Batch batch, NDArray state) {
        return pass.callForList(
                "tag_scores", input(pass, batch, state), compute(), conditions, batch.tagTargets());
    }

    /** Returns the input of the head, (B, T, I). */
    private NDArray input(Pass pass, Batch batch, NDArray state) {
        return norm.map(
                        gain ->
                                pass.call(
                                        "tag_head_input",
                                        state,
                                        tokenTable,
                                        batch.tokens(),
                                        gain,
                                        documentIds(batch),
                                        epsilon))
                .orElse(state);
    }

    private static List<NDArray> documentIds(Batch batch) {
        return batch.documentIds().map(List::of).orElse(List.of());
    }

    private List<NDArray> compute() {
        return matrices.stream().map(Matrix::compute).toList();
    }
}
