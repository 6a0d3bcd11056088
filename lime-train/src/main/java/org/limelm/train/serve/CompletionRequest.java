package org.limelm.train.serve;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.model.generate.SamplingOptions;
import org.limelm.train.evaluation.TagSupply;
import org.limelm.train.generation.Prompt;

/**
 * A request for completions.
 *
 * @param model name of the model, if given
 * @param prompts the texts to continue, at least one
 * @param sampling how tokens are chosen, and how many
 * @param stop texts that end a completion
 * @param logprobs number of the most probable tokens to return beside each token, if asked for
 * @param echo whether the answer begins with the prompt
 * @param stream whether the answer is sent as server-sent events
 * @param streamUsage whether a last event has the number of tokens
 * @param tags the tags' source in scoring: annotated, predicted-greedy or predicted-marginal
 * @param annotation annotation mode of the tags
 * @param plan pattern of the tags of generated tokens: {@code pos:DT NN}
 * @param given fixed tags by feature
 */
record CompletionRequest(
        Optional<String> model,
        List<Prompt> prompts,
        SamplingOptions sampling,
        List<String> stop,
        OptionalInt logprobs,
        boolean echo,
        boolean stream,
        boolean streamUsage,
        Optional<String> tags,
        Optional<AnnotationMode> annotation,
        Optional<String> plan,
        Map<String, String> given) {
    private static final int MAX_LOGPROBS = 20;
    private static final int MAX_STOPS = 16;
    private static final int DEFAULT_MAX_TOKENS = 16;

    /**
     * Parses a request.
     *
     * @throws RequestException with status 400 if it is malformed or asks for what is not supported
     */
    static CompletionRequest parse(String json, ServeLimits limits) {
        RequestFields fields = RequestFields.parse(json);
        JsonNode options = streamOptions(fields);
        boolean counted = !fields.get("logprobs").isMissingNode();
        CompletionRequest request =
                new CompletionRequest(
                        fields.text("model"),
                        prompts(fields.get("prompt")),
                        sampling(fields, limits),
                        fields.texts("stop", MAX_STOPS),
                        counted
                                ? OptionalInt.of(fields.integer("logprobs", 0, 0, MAX_LOGPROBS))
                                : OptionalInt.empty(),
                        fields.flag("echo"),
                        fields.flag("stream"),
                        options.path("include_usage").asBoolean(),
                        fields.text("tags"),
                        annotation(fields),
                        fields.text("plan"),
                        fields.map("given"));
        for (String count : List.of("n", "best_of")) {
            fields.requireNeutral(count, "1");
        }
        for (String penalty : List.of("presence_penalty", "frequency_penalty")) {
            fields.requireNeutral(penalty, "0");
        }
        fields.requireNeutral("suffix", "\"\"");
        fields.requireNeutral("logit_bias", "{}");
        fields.ignore("user");
        fields.requireNoOthers();
        request.requireEffects();
        return request;
    }

    private static JsonNode streamOptions(RequestFields fields) {
        JsonNode options = fields.get("stream_options");
        boolean known =
                options.isMissingNode()
                        || (options.isObject() && options.isEmpty())
                        || (options.size() == 1 && options.path("include_usage").isBoolean());
        if (!known) {
            throw RequestFields.wrong("stream_options", options, "{\"include_usage\": true}");
        }
        return options;
    }

    /** Refuses fields that would have no effect, and sources of tags that do not exist. */
    private void requireEffects() {
        boolean scores = echo && logprobs.isPresent();
        if (tags.isPresent()) {
            try {
                TagSupply.of(tags.get(), TagSupply.DEFAULT_CANDIDATES);
            } catch (ConfigException e) {
                throw RequestException.of("tags", String.valueOf(e.getMessage()));
            }
            if (!scores) {
                throw RequestException.of(
                        "tags",
                        "tags is for scoring the prompt; expected echo and logprobs beside it");
            }
            if (!given.isEmpty()) {
                throw RequestException.of("tags", "tags and given exclude each other");
            }
        }
        if (plan.isPresent() && sampling.maxTokens() == 0) {
            throw RequestException.of(
                    "plan", "plan is for generated tokens; expected max_tokens above 0");
        }
    }

    private static SamplingOptions sampling(RequestFields fields, ServeLimits limits) {
        try {
            return new SamplingOptions(
                    fields.number("temperature", 1),
                    fields.integer("top_k", 0, 0, Integer.MAX_VALUE),
                    fields.number("top_p", 1),
                    fields.integer("seed", 0),
                    fields.integer(
                            "max_tokens",
                            Math.min(DEFAULT_MAX_TOKENS, limits.maxTokens()),
                            0,
                            limits.maxTokens()));
        } catch (ConfigException e) {
            String message = String.valueOf(e.getMessage());
            throw RequestException.of(
                    message.startsWith("[topP]") ? "top_p" : "temperature", message);
        }
    }

    static Optional<AnnotationMode> annotation(RequestFields fields) {
        try {
            return fields.text("annotation").map(AnnotationMode::of);
        } catch (IllegalArgumentException | ConfigException e) {
            throw RequestException.of("annotation", String.valueOf(e.getMessage()));
        }
    }

    private static List<Prompt> prompts(JsonNode prompt) {
        List<Prompt> prompts = new ArrayList<>();
        if (prompt.isTextual()) {
            prompts.add(new Prompt.Text(prompt.textValue()));
        } else if (prompt.isArray() && prompt.path(0).isIntegralNumber()) {
            prompts.add(tokens(prompt));
        } else if (prompt.isArray()) {
            for (JsonNode one : prompt) {
                prompts.add(one.isTextual() ? new Prompt.Text(one.textValue()) : tokens(one));
            }
        }
        if (prompts.isEmpty()) {
            throw wrongPrompt(prompt);
        }
        return prompts;
    }

    private static Prompt tokens(JsonNode ids) {
        List<Integer> tokens = new ArrayList<>();
        for (JsonNode id : ids) {
            if (!id.isIntegralNumber() || !id.canConvertToInt()) {
                throw wrongPrompt(ids);
            }
            tokens.add(id.intValue());
        }
        if (!ids.isArray() || tokens.isEmpty()) {
            throw wrongPrompt(ids);
        }
        return new Prompt.Tokens(tokens);
    }

    private static RequestException wrongPrompt(JsonNode prompt) {
        return RequestFields.wrong(
                "prompt", prompt, "a string, token ids, or a list of either, not empty");
    }
}
