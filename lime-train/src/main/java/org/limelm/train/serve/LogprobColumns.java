package org.limelm.train.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.limelm.core.text.Utf8Stream;
import org.limelm.train.score.ScoredToken;

/**
 * The columns {@code tokens}, {@code token_logprobs}, {@code top_logprobs} and {@code text_offset}
 * of a completion.
 */
final class LogprobColumns {
    private final TokenText texts;
    private final Utf8Stream characters = new Utf8Stream();
    private int offset; // code points of the text so far
    private int size;
    private ArrayNode tokens = JsonNodeFactory.instance.arrayNode();
    private ArrayNode logprobs = JsonNodeFactory.instance.arrayNode();
    private ArrayNode top = JsonNodeFactory.instance.arrayNode();
    private ArrayNode offsets = JsonNodeFactory.instance.arrayNode();

    LogprobColumns(TokenText texts) {
        this.texts = texts;
    }

    /** Appends a token. */
    void add(ScoredToken token) {
        String text = texts.of(token.id());
        tokens.add(text);
        offsets.add(offset);
        String added = characters.push(texts.bytes(token.id()));
        offset += added.codePointCount(0, added.length());
        size++;
        if (token.logProbability().isEmpty()) {
            logprobs.addNull();
            top.addNull();
            return;
        }
        double own = token.logProbability().getAsDouble();
        logprobs.add(own);
        Map<String, Double> best = new LinkedHashMap<>();
        token.top().forEach(rank -> best.putIfAbsent(texts.of(rank.id()), rank.logProbability()));
        best.putIfAbsent(text, own);
        ObjectNode here = top.addObject();
        best.forEach(here::put);
    }

    /** Returns the number of tokens that were added. */
    int size() {
        return size;
    }

    /**
     * Returns the columns since the last call, and starts new ones.
     *
     * @param end length of the text, code points: tokens that start there or later are left out,
     *     except for those of no characters at its end
     */
    ObjectNode take(int end) {
        while (!offsets.isEmpty()
                && offsets.get(offsets.size() - 1).intValue() >= end
                && offset > end) {
            int last = offsets.size() - 1;
            tokens.remove(last);
            logprobs.remove(last);
            top.remove(last);
            offsets.remove(last);
        }
        ObjectNode columns = JsonNodeFactory.instance.objectNode();
        columns.set("tokens", tokens);
        columns.set("token_logprobs", logprobs);
        columns.set("top_logprobs", top);
        columns.set("text_offset", offsets);
        tokens = JsonNodeFactory.instance.arrayNode();
        logprobs = JsonNodeFactory.instance.arrayNode();
        top = JsonNodeFactory.instance.arrayNode();
        offsets = JsonNodeFactory.instance.arrayNode();
        return columns;
    }
}
