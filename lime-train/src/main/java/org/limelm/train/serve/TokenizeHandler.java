package org.limelm.train.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.stream.IntStream;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.train.generation.Prompt;

/**
 * {@code POST /tokenize}, {@code POST /detokenize} and {@code GET /tokenizer_info}, as vLLM has
 * them: lm-evaluation-harness splits text into the tokens of the model's training with them,
 * linguistic boundaries included.
 */
final class TokenizeHandler {
    private final ServedModels models;
    private final ServeLimits limits;

    TokenizeHandler(ServedModels models, ServeLimits limits) {
        this.models = models;
        this.limits = limits;
    }

    void tokenize(HttpCall call) {
        RequestFields fields = RequestFields.parse(call.body(limits.bodyBytes()));
        ServedModel served = models.splitting(fields.text("model"));
        String text =
                fields.text("prompt")
                        .orElseThrow(
                                () ->
                                        RequestFields.wrong(
                                                "prompt", fields.get("prompt"), "a string"));
        fields.ignore("add_special_tokens");
        fields.requireNoOthers();
        SubwordTokenizer tokenizer = served.model().tokenizer();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode tokens = answer.putArray("tokens");
        if (text.equals(tokenizer.endOfText())) {
            tokens.add(tokenizer.endOfTextId()); // how clients ask for its id
        } else if (!text.isEmpty()) {
            IntStream.of(served.generator().promptIds(new Prompt.Text(text))).forEach(tokens::add);
        }
        answer.put("count", tokens.size());
        answer.put("max_model_len", served.model().decoder().config().contextLength());
        call.json(200, answer);
    }

    void detokenize(HttpCall call) {
        RequestFields fields = RequestFields.parse(call.body(limits.bodyBytes()));
        ServedModel served = models.decoding(fields.text("model"));
        JsonNode tokens = fields.get("tokens");
        fields.requireNoOthers();
        if (!tokens.isArray()) {
            throw RequestFields.wrong("tokens", tokens, "a list of ids");
        }
        int[] ids = new int[tokens.size()];
        for (int i = 0; i < ids.length; i++) {
            JsonNode id = tokens.get(i);
            if (!id.isIntegralNumber()
                    || !id.canConvertToInt()
                    || id.intValue() < 0
                    || id.intValue() >= served.vocabularySize()) {
                throw RequestFields.wrong(
                        "tokens", id, "ids from 0 to " + (served.vocabularySize() - 1));
            }
            ids[i] = id.intValue();
        }
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("prompt", served.model().tokenizer().decode(ids));
        call.json(200, answer);
    }

    void info(HttpCall call) {
        SubwordTokenizer tokenizer = models.decoding(Optional.empty()).model().tokenizer();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("tokenizer_class", "lime");
        answer.put("eos_token", tokenizer.endOfText());
        answer.putNull("bos_token");
        answer.putNull("pad_token");
        answer.putNull("chat_template");
        call.json(200, answer);
    }
}
