package org.limelm.train.score;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.limelm.annotate.align.AlignedPieces;
import org.limelm.annotate.align.Aligner;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.text.Alignment;
import org.limelm.core.text.LinguisticToken;
import org.limelm.core.text.TaggedPieces;
import org.limelm.train.arm.Arm;
import org.limelm.train.arm.TagDropout;
import org.limelm.train.data.MemoryTokenSource;
import org.limelm.train.data.TagSelection;
import org.limelm.train.data.TokenSource;
import org.limelm.train.evaluation.TagSupply;
import org.limelm.train.generation.Prompt;
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
    private final SubwordTokenizer tokenizer;
    private final LinguisticAnnotator linguistic;
    private final Aligner aligner;
    private final RequestTagger tagger;
    private final boolean readsAnnotator; // in texts of which all tokens are predicted
    private final boolean untagged;

    RequestEncoder(TrainedModel model, AnnotationMode mode, TagSupply supply) {
        this.arm = model.provenance().arm();
        this.annotated = model.annotators().schema();
        this.tables = model.decoder().tables();
        this.endOfText = model.tokenizer().endOfTextId();
        this.mode = mode;
        this.tokenizer = model.tokenizer();
        this.linguistic = model.annotators().newLinguisticAnnotator();
        this.aligner = new Aligner(model.tokenizer().newEncoder());
        this.untagged = supply instanceof TagSupply.None;
        if (untagged) {
            TagDropout.requireDispensable(tables);
        }
        this.tagger = RequestTagger.of(model, mode);
        this.readsAnnotator =
                arm.hasTables()
                        && !untagged
                        && !(supply instanceof TagSupply.Predicted && mode == AnnotationMode.FULL);
    }

    /**
     * A text split into tokens.
     *
     * @param text the text
     * @param words its linguistic tokens, annotated in mode full
     * @param pieces its tokens
     */
    record SplitText(String text, List<LinguisticToken> words, AlignedPieces pieces) {}

    /**
     * Tokens and tags of a continuation with its context, before the tags are shifted.
     *
     * @param first index of the continuation's first token
     * @param given tag names of the tokens from {@code givenFrom} on, or none
     */
    private record Tagged(TaggedPieces pieces, int first, List<String> given, int givenFrom) {}

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
            tagged.add(new Tagged(all, first, request.given(), first));
        }
        return tagged;
    }

    /**
     * Returns a text of which every token is predicted, except for the first if nothing is before
     * it.
     *
     * @param prompt the text
     * @param given tag names of all its tokens, one per table; empty = the annotator's
     * @param startOfDocument whether the end-of-text token, which precedes documents, is read first
     */
    EncodedContinuation encode(Prompt prompt, List<String> given, boolean startOfDocument) {
        List<SplitText> documents = documents(prompt, readsAnnotator && given.isEmpty());
        EncodedContinuation all = EncodedContinuation.empty(tables.size());
        for (int i = 0; i < documents.size(); i++) {
            SplitText text = documents.get(i);
            boolean first = i == 0 && !startOfDocument;
            if (text.pieces().size() == 0) {
                all = first ? all : all.append(EncodedContinuation.endOfText(all, endOfText));
                continue;
            }
            RequestTagger reads =
                    readsAnnotator && given.isEmpty()
                            ? tagger
                            : new RequestTagger.Untagged(annotated.size());
            List<int[]> tags = reads.tags(List.of(text)).get(0);
            TaggedPieces pieces =
                    new TaggedPieces(text.pieces().ids(), text.pieces().byteLengths(), tags);
            Tagged tagged = new Tagged(pieces, first ? 1 : 0, given, 0);
            TokenSource source =
                    TagSelection.of(
                            arm.source(), new MemoryTokenSource(annotated, List.of(pieces)));
            all = all.append(shift(tagged, columns(source, 0)));
        }
        return all;
    }

    /**
     * Splits a prompt; ids are split into documents at the end-of-text token.
     *
     * @param tags whether an annotator's tags are read
     */
    private List<SplitText> documents(Prompt prompt, boolean tags) {
        if (prompt instanceof Prompt.Text text) {
            return List.of(split(text.text()));
        }
        int[] ids = ((Prompt.Tokens) prompt).toArray();
        List<SplitText> documents = new ArrayList<>();
        int from = 0;
        for (int to = 0; to <= ids.length; to++) {
            if (to == ids.length || ids[to] == endOfText) {
                documents.add(split(Arrays.copyOfRange(ids, from, to), tags));
                from = to + 1;
            }
        }
        return documents;
    }

    private SplitText split(String text) {
        List<LinguisticToken> words = words(text, arm.split() == Alignment.LINGUISTIC);
        return new SplitText(text, words, aligner.align(arm.split(), text, words));
    }

    /** Returns whether the bytes of tokens are those of their text. */
    private boolean isWhole(int[] ids, String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int id : ids) {
            bytes.writeBytes(tokenizer.pieceBytes(id));
        }
        return Arrays.equals(bytes.toByteArray(), text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Splits ids into words.
     *
     * @param tags whether an annotator's tags are read
     */
    private SplitText split(int[] ids, boolean tags) {
        String text = tokenizer.decode(ids);
        boolean needsWords = tags && mode == AnnotationMode.FULL;
        if (needsWords && !isWhole(ids, text)) {
            throw new LimeException(
                    "[prompt] the token ids begin or end inside a character, which tags of mode full do not allow. Hint: pass whole characters, or text");
        }
        List<LinguisticToken> words = needsWords ? words(text, true) : List.of();
        return new SplitText(text, words, aligner.assign(arm.split(), ids, text, words));
    }

    private List<LinguisticToken> words(String text, boolean needed) {
        if (arm.hasTables() && mode == AnnotationMode.FULL) {
            return linguistic.annotate(text);
        }
        return needed || arm.hasTables() ? linguistic.split(text) : List.of();
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
                Arrays.fill(columns.get(table), tagged.givenFrom(), pieces.size(), id);
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
