package org.limelm.train.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.limelm.model.generate.Generation;
import org.limelm.train.evaluation.MetadataLabel;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.generation.GenerationListener;
import org.limelm.train.generation.MetadataChoice;
import org.limelm.train.generation.Prompt;
import org.limelm.train.score.ScoredToken;
import org.limelm.train.score.TokenScorer;

/** Computes the completions of one request, for the thread that holds the model's lock. */
final class Completion {
    private static final int SCORED_TOGETHER = 16;
    private static final int WHOLE_TEXT = Integer.MAX_VALUE;

    private final ServedModel served;
    private final CompletionRequest request;
    private final Deadline deadline;
    private final TokenText texts;
    private final ObjectNode lime = JsonNodeFactory.instance.objectNode();
    private int promptTokens;
    private int completionTokens;
    private int slides;

    Completion(ServedModel served, CompletionRequest request, Deadline deadline) {
        this.served = served;
        this.request = request;
        this.deadline = deadline;
        this.texts = new TokenText(served.model().tokenizer());
        lime.put("arm", served.model().provenance().armLabel());
    }

    /** Receives the parts of choices. */
    @FunctionalInterface
    interface Parts {
        /**
         * Receives a part.
         *
         * @param index index of the choice
         * @param text its next text
         * @param logprobs columns of its tokens
         * @param finish why it ended, in its last part
         */
        void add(int index, String text, LogprobColumns logprobs, Optional<Finish> finish);
    }

    /**
     * The end of a choice.
     *
     * @param reason {@code stop} or {@code length}
     * @param length length of the whole text, code points
     */
    record Finish(String reason, int length) {}

    /**
     * Computes all choices.
     *
     * @throws RequestException if a limit is exceeded
     */
    void run(ServeLimits limits, Parts parts) {
        MetadataChoice choice =
                MetadataChoice.of(
                        served.model().decoder().tables(),
                        request.annotation(),
                        request.given(),
                        request.plan());
        if (request.sampling().maxTokens() > 0) {
            served.generator().check(choice);
        }
        List<Prompt.Tokens> prompts = new ArrayList<>();
        for (Prompt prompt : request.prompts()) {
            prompts.add(PromptCheck.tokens(served, prompt, limits));
            promptTokens += prompts.get(prompts.size() - 1).ids().size();
            deadline.check();
        }
        List<List<ScoredToken>> scored = scorePrompts();
        for (int i = 0; i < prompts.size(); i++) {
            LogprobColumns columns = new LogprobColumns(texts);
            String start = "";
            if (request.echo()) {
                start = promptText(i);
                if (!scored.isEmpty()) {
                    scored.get(i).forEach(columns::add);
                }
                parts.add(i, start, columns, Optional.empty());
            }
            generate(i, prompts.get(i), choice, start, columns, parts);
        }
    }

    private String promptText(int index) {
        return request.prompts().get(index) instanceof Prompt.Text text
                ? text.text()
                : served.model()
                        .tokenizer()
                        .decode(((Prompt.Tokens) request.prompts().get(index)).toArray());
    }

    /** Returns the scores of the prompts' tokens, if they are asked for. */
    private List<List<ScoredToken>> scorePrompts() {
        if (!request.echo() || request.logprobs().isEmpty()) {
            return List.of();
        }
        List<String> given =
                request.given().isEmpty()
                        ? List.of()
                        : MetadataChoice.givenTags(
                                served.model().decoder().tables(), request.given());
        TokenScorer scorer = served.scorer(request.annotation(), request.tags());
        MetadataLabel label = scorer.label(!given.isEmpty());
        lime.put("annotator", label.annotator());
        lime.putObject("prompt")
                .put("annotation", label.annotation())
                .put("origin", label.origin());
        int top = Math.min(served.vocabularySize(), request.logprobs().getAsInt());
        List<List<ScoredToken>> scored = new ArrayList<>();
        List<Prompt> prompts = request.prompts();
        for (int from = 0; from < prompts.size(); from += SCORED_TOGETHER) {
            deadline.check();
            int to = Math.min(prompts.size(), from + SCORED_TOGETHER);
            scored.addAll(
                    scorer.score(prompts.subList(from, to), given, false, top, deadline::check));
        }
        return scored;
    }

    private void generate(
            int index,
            Prompt.Tokens prompt,
            MetadataChoice choice,
            String start,
            LogprobColumns columns,
            Parts parts) {
        int before = start.codePointCount(0, start.length());
        if (request.sampling().maxTokens() == 0) {
            parts.add(index, "", columns, Optional.of(new Finish("length", before)));
            return;
        }
        ReleasedText released = new ReleasedText(request.stop());
        GenerationListener listener =
                new GenerationListener() {
                    @Override
                    public void onText(String added, List<String> tags) {
                        String part = released.push(added);
                        if (!part.isEmpty()) {
                            parts.add(index, part, columns, Optional.empty());
                        }
                    }

                    @Override
                    public void readsPrompt() {
                        deadline.check();
                    }

                    @Override
                    public void chosen(int token, float[] logits) {
                        deadline.check();
                        request.logprobs()
                                .ifPresent(
                                        count -> columns.add(ChosenToken.of(token, logits, count)));
                    }
                };
        GeneratedText text =
                served.generator()
                        .generate(prompt, choice, request.sampling(), request.stop(), listener);
        completionTokens += text.tokens();
        slides += text.slides();
        lime.putObject("generated")
                .put("annotation", text.annotation())
                .put("origin", text.origin())
                .put("slides", slides);
        String reason = text.stop() == Generation.Stop.MAX_TOKENS ? "length" : "stop";
        String whole = text.text();
        int length = before + whole.codePointCount(0, whole.length());
        parts.add(
                index,
                released.finish(whole.length()),
                columns,
                Optional.of(new Finish(reason, length)));
    }

    /** Returns a choice of an answer or of an event. */
    ObjectNode choice(int index, String text, LogprobColumns columns, Optional<Finish> finish) {
        ObjectNode choice = JsonNodeFactory.instance.objectNode();
        choice.put("text", text);
        choice.put("index", index);
        if (request.logprobs().isPresent()) {
            choice.set("logprobs", columns.take(finish.map(Finish::length).orElse(WHOLE_TEXT)));
        } else {
            choice.putNull("logprobs");
        }
        choice.put("finish_reason", finish.map(Finish::reason).orElse(null));
        return choice;
    }

    /** Returns an answer or an event without its choices. */
    ObjectNode head(String id, long created) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("id", id);
        answer.put("object", "text_completion");
        answer.put("created", created);
        answer.put("model", served.name());
        return answer;
    }

    /** Returns the numbers of tokens. */
    ObjectNode usage() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("prompt_tokens", promptTokens)
                .put("completion_tokens", completionTokens)
                .put("total_tokens", promptTokens + completionTokens);
    }

    /** Returns the arm, and annotation mode and origin of the tags. */
    ObjectNode lime() {
        return lime;
    }
}
