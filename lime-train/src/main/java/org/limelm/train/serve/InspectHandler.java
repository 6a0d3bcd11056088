package org.limelm.train.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.limelm.annotate.align.AlignedPieces;
import org.limelm.annotate.align.Aligner;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.LinguisticToken;
import org.limelm.train.evaluation.MetadataLabel;
import org.limelm.train.evaluation.Sums;
import org.limelm.train.generation.Prompt;
import org.limelm.train.generation.TrainedModel;
import org.limelm.train.inspect.TaggedText;
import org.limelm.train.score.ScoredToken;
import org.limelm.train.score.TokenScorer;

/** {@code POST /api/inspect}: a text as the page shows it. */
final class InspectHandler {
    private static final int MAX_TOP = 20;
    private static final int DEFAULT_TOP = 5;

    private final ServedModels models;
    private final ServeLimits limits;
    private final Admission admission;

    InspectHandler(ServedModels models, ServeLimits limits, Admission admission) {
        this.models = models;
        this.limits = limits;
        this.admission = admission;
    }

    void handle(HttpCall call, Deadline deadline) {
        RequestFields fields = RequestFields.parse(call.body(limits.bodyBytes()));
        String text =
                fields.text("text")
                        .orElseThrow(
                                () -> RequestFields.wrong("text", fields.get("text"), "a string"));
        ServedModel served = models.get(fields.text("model"));
        int top = fields.integer("top", DEFAULT_TOP, 0, MAX_TOP);
        Optional<AnnotationMode> annotation = CompletionRequest.annotation(fields);
        Optional<String> tags = fields.text("tags");
        fields.requireNoOthers();
        AtomicReference<@Nullable ObjectNode> answer = new AtomicReference<>();
        admission.work(
                served.lock(),
                deadline,
                () -> {
                    TokenScorer scorer = served.scorer(annotation, tags);
                    int count = Math.min(top, served.vocabularySize());
                    answer.set(inspect(served, text, scorer, count, deadline));
                });
        call.json(200, Objects.requireNonNull(answer.get())); // without the lock
        call.note(served.name() + " characters=" + text.length());
    }

    private ObjectNode inspect(
            ServedModel served, String text, TokenScorer scorer, int top, Deadline deadline) {
        TrainedModel model = served.model();
        List<LinguisticToken> words = model.annotators().newLinguisticAnnotator().annotate(text);
        AlignedPieces pieces =
                new Aligner(model.tokenizer().newEncoder())
                        .align(model.provenance().arm().split(), text, words);
        PromptCheck.require(pieces.size(), limits);
        TaggedText annotated = TaggedText.of(text, words, pieces, model.annotators());
        List<ScoredToken> scored =
                text.isEmpty()
                        ? List.of()
                        : scorer.score(
                                        List.of(new Prompt.Text(text)),
                                        List.of(),
                                        true,
                                        top,
                                        deadline::check)
                                .get(0);
        MetadataLabel label = scorer.label(false);

        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("model", served.name());
        answer.put("arm", model.provenance().armLabel());
        answer.put("annotation", label.annotation());
        answer.put("origin", label.origin());
        answer.put("mode", model.provenance().annotation().label());
        ArrayNode features = answer.putArray("features");
        annotated.features().forEach(features::add);
        ArrayNode shownWords = answer.putArray("words");
        for (TaggedText.Word word : annotated.words()) {
            ObjectNode shown = shownWords.addObject();
            shown.put("text", word.text()).put("start", word.start()).put("end", word.end());
            shown.set("full", texts(word.full()));
        }
        ArrayNode shownPieces = answer.putArray("pieces");
        double nats = 0;
        for (int i = 0; i < scored.size(); i++) {
            shownPieces.add(piece(model, annotated.pieces().get(i), scored.get(i)));
            nats -= scored.get(i).logProbability().orElse(0);
        }
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        answer.put("tokens", scored.size());
        answer.put("bytes", bytes);
        answer.put("loss", scored.isEmpty() ? 0 : nats / scored.size());
        answer.put("bits_per_byte", Sums.toBitsPerByte(nats, bytes));
        return answer;
    }

    private static ObjectNode piece(
            TrainedModel model, TaggedText.Piece piece, ScoredToken scored) {
        if (piece.id() != scored.id()) {
            throw new IllegalStateException(
                    "Piece " + piece.id() + " was scored as " + scored.id());
        }
        TokenText texts = new TokenText(model.tokenizer());
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        shown.put("id", piece.id()).put("text", texts.of(piece.id())).put("word", piece.word());
        shown.set("full", texts(piece.full()));
        shown.set("causal", texts(piece.causal()));
        shown.put("logprob", scored.logProbability().orElse(0));
        ArrayNode top = shown.putArray("top");
        for (ScoredToken.RankedToken rank : scored.top()) {
            top.addObject()
                    .put("id", rank.id())
                    .put("text", texts.of(rank.id()))
                    .put("logprob", rank.logProbability());
        }
        return shown;
    }

    private static ArrayNode texts(List<String> values) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        values.forEach(array::add);
        return array;
    }
}
