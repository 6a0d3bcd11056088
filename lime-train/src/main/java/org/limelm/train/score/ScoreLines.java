package org.limelm.train.score;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.JsonLines;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.train.evaluation.MetadataLabel;
import org.limelm.train.generation.MetadataChoice;
import org.limelm.train.generation.TrainedModel;

/**
 * Scores requests from JSON lines to JSON lines: the format of {@code lime score}.
 *
 * <ul>
 *   <li>in: {@code {"context": TEXT, "continuation": TEXT}}, or {@code "continuations": [TEXT, …]};
 *       optionally {@code "label": INDEX} of the right continuation, and {@code "given": {FEATURE:
 *       TAG, …}}, the tags of the continuation's tokens;
 *   <li>out: the same object with {@code "scores"}, a list of {@link ContinuationScore} in the
 *       order of the continuations, and {@code "best"}, the index of the highest log-likelihood.
 * </ul>
 */
public final class ScoreLines {
    private static final int BLOCK = 512;

    private final TrainedModel model;
    private final ContinuationScorer scorer;
    private long requests;
    private long continuations;
    private long tokens;
    private long bytes;
    private double logLikelihood;
    private long truncated;
    private long labelled;
    private long correct;
    private long given;

    private record Entry(ObjectNode object, ContinuationRequest request, Optional<Integer> label) {}

    /** Prepares to score with a model and its scorer. */
    public ScoreLines(TrainedModel model, ContinuationScorer scorer) {
        this.model = model;
        this.scorer = scorer;
    }

    /**
     * Scores all requests.
     *
     * @param out receives one JSON object per request, in order, without a newline
     * @param progress called with the number of requests done
     * @throws LimeException if a line is not a request
     */
    public ScoreSummary score(JsonLines in, Consumer<String> out, LongConsumer progress) {
        List<Entry> block = new ArrayList<>();
        while (in.hasNext()) {
            block.add(entry(in.next()));
            if (block.size() == BLOCK || !in.hasNext()) {
                score(block, out);
                progress.accept(requests);
                block.clear();
            }
        }
        MetadataLabel label = scorer.label(given > 0);
        return new ScoreSummary(
                model.provenance().armLabel(),
                label.annotation(),
                given > 0 && given < requests ? "mixed" : label.origin(),
                label.annotator(),
                requests,
                continuations,
                tokens,
                bytes,
                logLikelihood,
                truncated,
                labelled,
                labelled == 0 ? Optional.empty() : Optional.of((double) correct / labelled));
    }

    private void score(List<Entry> block, Consumer<String> out) {
        List<List<ContinuationScore>> scores =
                scorer.logLikelihood(block.stream().map(Entry::request).toList(), done -> {});
        for (int i = 0; i < block.size(); i++) {
            Entry entry = block.get(i);
            int best = best(scores.get(i));
            count(entry, scores.get(i), best);
            ObjectNode object = entry.object();
            object.set("scores", Json.parse(Json.toLine(scores.get(i)), JsonNode.class, "scores"));
            object.put("best", best);
            out.accept(Json.toLine(object));
        }
    }

    private void count(Entry entry, List<ContinuationScore> scores, int best) {
        requests++;
        continuations += scores.size();
        for (ContinuationScore score : scores) {
            tokens += score.tokens();
            bytes += score.bytes();
            logLikelihood += score.logLikelihood();
        }
        truncated += scores.stream().anyMatch(score -> score.droppedTokens() > 0) ? 1 : 0;
        labelled += entry.label().isPresent() ? 1 : 0;
        correct += entry.label().filter(label -> label == best).isPresent() ? 1 : 0;
        given += entry.request().given().isEmpty() ? 0 : 1;
    }

    private static int best(List<ContinuationScore> scores) {
        return IntStream.range(0, scores.size())
                .reduce(
                        (best, i) ->
                                scores.get(i).logLikelihood() > scores.get(best).logLikelihood()
                                        ? i
                                        : best)
                .orElseThrow();
    }

    private Entry entry(JsonLines.Line line) {
        ObjectNode object = (ObjectNode) line.object();
        JsonNode context = object.path("context");
        if (!context.isTextual()) {
            throw malformed(line, "context", "a text");
        }
        List<String> texts = continuations(line);
        JsonNode label = object.path("label");
        if (!label.isMissingNode()
                && (!label.canConvertToInt()
                        || label.asInt() < 0
                        || label.asInt() >= texts.size())) {
            throw malformed(line, "label", "an index from 0 to " + (texts.size() - 1));
        }
        return new Entry(
                object,
                new ContinuationRequest(context.asText(), texts, given(line)),
                label.isMissingNode() ? Optional.empty() : Optional.of(label.asInt()));
    }

    private static List<String> continuations(JsonLines.Line line) {
        JsonNode one = line.object().path("continuation");
        JsonNode several = line.object().path("continuations");
        if (one.isTextual() && several.isMissingNode() && !one.asText().isEmpty()) {
            return List.of(one.asText());
        }
        List<String> texts = new ArrayList<>();
        several.forEach(text -> texts.add(text.isTextual() ? text.asText() : ""));
        if (!one.isMissingNode() || texts.isEmpty() || texts.contains("")) {
            throw malformed(
                    line, "continuation or continuations", "a text, or a list of texts, not empty");
        }
        return texts;
    }

    /** Returns the given tags of a request, one per table; models without tables ignore them. */
    private List<String> given(JsonLines.Line line) {
        JsonNode tags = line.object().path("given");
        MetadataSchema tables = model.decoder().tables();
        if (tags.isMissingNode()) {
            return List.of();
        }
        if (!tags.isObject()) {
            throw malformed(line, "given", "an object: {\"pos\": \"CD\"}");
        }
        if (tables.size() == 0) {
            return List.of();
        }
        Map<String, String> names = new LinkedHashMap<>();
        tags.properties().forEach(tag -> names.put(tag.getKey(), tag.getValue().asText()));
        try {
            return MetadataChoice.givenTags(tables, names);
        } catch (ConfigException e) {
            throw new LimeException("[%s] %s".formatted(line.where(), e.getMessage()), e);
        }
    }

    private static LimeException malformed(JsonLines.Line line, String field, String expected) {
        return new LimeException(
                "[%s] field '%s' is missing or malformed, expected %s"
                        .formatted(line.where(), field, expected));
    }
}
