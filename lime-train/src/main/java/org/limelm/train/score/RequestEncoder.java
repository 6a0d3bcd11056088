package org.limelm.train.score;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.limelm.annotate.align.AlignedPieces;
import org.limelm.annotate.align.Aligner;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.text.Alignment;
import org.limelm.core.text.LinguisticToken;
import org.limelm.core.text.TaggedPieces;
import org.limelm.train.arm.Arm;
import org.limelm.train.data.MemoryTokenSource;
import org.limelm.train.data.TagSelection;
import org.limelm.train.data.TokenSource;
import org.limelm.train.evaluation.TagSupply;
import org.limelm.train.generation.TrainedModel;

/**
 * Encodes requests: texts to tokens and the tags that each position reads. For use by one thread.
 */
final class RequestEncoder {
    private final Arm arm;
    private final MetadataSchema annotated;
    private final MetadataSchema tables;
    private final int endOfText;
    private final AnnotationMode mode;
    private final LinguisticAnnotator linguistic;
    private final Aligner aligner;
    private final RequestTagger tagger;
    private final boolean untagged;

    RequestEncoder(TrainedModel model, AnnotationMode mode, TagSupply supply) {
        this.arm = model.provenance().arm();
        this.annotated = model.annotators().schema();
        this.tables = model.decoder().tables();
        this.endOfText = model.tokenizer().endOfTextId();
        this.mode = mode;
        this.linguistic = model.annotators().newLinguisticAnnotator();
        this.aligner = new Aligner(model.tokenizer().newEncoder());
        this.untagged = supply instanceof TagSupply.None;
        if (untagged && !tables.canBeDropped()) {
            throw TagSupply.needsTags();
        }
        this.tagger = RequestTagger.of(model, mode);
    }

    /**
     * A text split into tokens.
     *
     * @param text the text
     * @param words its linguistic tokens, annotated in mode full
     * @param pieces its tokens
     */
    record SplitText(String text, List<LinguisticToken> words, AlignedPieces pieces) {}

    /** Tokens and tags of a continuation with its context, before the tags are shifted. */
    private record Tagged(TaggedPieces pieces, int first, List<String> given) {}

    /** Returns the continuations of all requests, in order. */
    List<EncodedContinuation> encode(List<ContinuationRequest> requests) {
        List<Tagged> tagged = new ArrayList<>();
        requests.forEach(request -> tagged.addAll(tag(request)));
        TokenSource source =
                TagSelection.of(
                        arm.source(),
                        new MemoryTokenSource(
                                annotated, tagged.stream().map(Tagged::pieces).toList()));
        return IntStream.range(0, tagged.size())
                .mapToObj(i -> shift(tagged.get(i), columns(source, i)))
                .toList();
    }

    private List<Tagged> tag(ContinuationRequest request) {
        int end = request.context().stripTrailing().length();
        String context = request.context().substring(0, end);
        String spaces = request.context().substring(end);
        SplitText head = split(context);
        List<SplitText> texts =
                request.continuations().stream()
                        .map(continuation -> split(context + spaces + continuation))
                        .toList();
        boolean given = !request.given().isEmpty();
        List<List<int[]>> tags = given ? tagger.tags(head, texts) : tagger.tags(texts);
        List<Tagged> tagged = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            AlignedPieces pieces = texts.get(i).pieces();
            // At least one token, even if the tokenizer merged the texts across their boundary.
            int first = Math.min(head.pieces().size(), pieces.size() - 1);
            TaggedPieces all = new TaggedPieces(pieces.ids(), pieces.byteLengths(), tags.get(i));
            tagged.add(new Tagged(all, first, request.given()));
        }
        return tagged;
    }

    private SplitText split(String text) {
        boolean needed = arm.split() == Alignment.LINGUISTIC || arm.hasTables();
        List<LinguisticToken> words =
                !needed
                        ? List.of()
                        : arm.hasTables() && mode == AnnotationMode.FULL
                                ? linguistic.annotate(text)
                                : linguistic.split(text);
        return new SplitText(text, words, aligner.align(arm.split(), text, words));
    }

    private List<int[]> columns(TokenSource source, int document) {
        int length = Math.toIntExact(source.length(document));
        List<int[]> columns = new ArrayList<>();
        for (Feature table : tables.features()) {
            int[] column = new int[length];
            int feature = annotated.indexOf(table.name());
            source.readTags(feature, source.documentStart(document), column, 0, length);
            columns.add(column);
        }
        return columns;
    }

    private EncodedContinuation shift(Tagged tagged, List<int[]> columns) {
        TaggedPieces pieces = tagged.pieces();
        if (untagged) {
            for (int table = 0; table < columns.size(); table++) {
                Arrays.fill(columns.get(table), tables.features().get(table).id(Feature.DROPPED));
            }
        }
        if (!tagged.given().isEmpty()) {
            for (int table = 0; table < columns.size(); table++) {
                int id = tables.features().get(table).id(tagged.given().get(table));
                Arrays.fill(columns.get(table), tagged.first(), pieces.size(), id);
            }
        }
        return EncodedContinuation.of(
                pieces.tokens(),
                pieces.byteLengths(),
                columns,
                tagged.first(),
                arm.shift(),
                endOfText);
    }
}
