package org.limelm.train.serve;

import java.util.List;
import java.util.stream.IntStream;
import org.limelm.train.generation.Prompt;

/** Checks the tokens of prompts. */
final class PromptCheck {
    private PromptCheck() {}

    /**
     * Returns the tokens of a prompt, split as in the training of the model.
     *
     * @throws RequestException with status 400 if there are too many, or one is not in the
     *     vocabulary
     */
    static Prompt.Tokens tokens(ServedModel served, Prompt prompt, ServeLimits limits) {
        List<Integer> ids = IntStream.of(served.generator().promptIds(prompt)).boxed().toList();
        require(ids.size(), limits);
        for (int id : ids) {
            if (id < 0 || id >= served.vocabularySize()) {
                throw RequestException.of(
                        "prompt",
                        "token id "
                                + id
                                + ", expected 0 to "
                                + (served.vocabularySize() - 1)
                                + ". Hint: use the tokenizer of the model, from POST /tokenize");
            }
        }
        return new Prompt.Tokens(ids);
    }

    /**
     * Checks the number of tokens of a prompt.
     *
     * @throws RequestException with status 400 if there are too many
     */
    static void require(int tokens, ServeLimits limits) {
        if (tokens > limits.promptTokens()) {
            throw RequestException.of(
                    400,
                    "context_length_exceeded",
                    "the prompt has "
                            + tokens
                            + " tokens, the limit of this server is "
                            + limits.promptTokens());
        }
    }
}
