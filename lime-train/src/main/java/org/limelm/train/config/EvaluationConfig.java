package org.limelm.train.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** Evaluation on the held-out documents during training. */
@RecordBuilder
public record EvaluationConfig(
        @Doc("steps between evaluations; 0 = only at the end") long everySteps,
        @Doc("number of held-out tokens to score; 0 = all") long tokens,
        @Doc("sequences per batch") int batchSize,
        @Doc("score and export the averaged weights if optimizer.averageDecay is set")
                boolean averaged,
        @Doc("texts to continue at each evaluation, to look at; they do not change the training")
                List<String> prompts,
        @Doc("maximum number of tokens that continue a prompt") int promptTokens)
        implements EvaluationConfigBuilder.With {
    /** Checks the ranges. */
    public EvaluationConfig {
        prompts = List.copyOf(prompts);
        if (promptTokens < 1) {
            throw new ConfigException(
                    "[evaluation] promptTokens " + promptTokens + ", expected at least 1");
        }
        if (everySteps < 0 || tokens < 0 || batchSize < 1) {
            throw new ConfigException(
                    "[evaluation] everySteps "
                            + everySteps
                            + ", tokens "
                            + tokens
                            + ", batchSize "
                            + batchSize
                            + ", expected >= 0, >= 0, >= 1");
        }
    }

    /** Returns the default values. */
    public static EvaluationConfig defaults() {
        return EvaluationConfigBuilder.builder()
                .everySteps(250)
                .tokens(65_536)
                .batchSize(16)
                .averaged(true)
                .prompts(List.of())
                .promptTokens(40)
                .build();
    }
}
