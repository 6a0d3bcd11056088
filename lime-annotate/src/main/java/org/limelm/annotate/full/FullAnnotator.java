package org.limelm.annotate.full;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import opennlp.tools.util.Span;
import opennlp.tools.util.StringUtil;
import org.limelm.annotate.annotator.AnnotatorStages;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.annotator.TagIds;
import org.limelm.annotate.annotator.TextSpan;
import org.limelm.annotate.internal.words.TagTransitions;
import org.limelm.core.text.LinguisticToken;

/** The {@code full} annotator: sentences, tokens, and tags that depend on whole sentences. */
public final class FullAnnotator implements LinguisticAnnotator, AnnotatorStages {
    /** Longer paragraphs, in UTF-16 code units, are split at whitespace to bound memory. */
    private static final int MAX_PARAGRAPH_CHARS = 20_000;

    /** Longer sentences are tagged in parts to bound memory. */
    private static final int MAX_SENTENCE_WORDS = 500;

    private static final String OUTSIDE = TagTransitions.OUTSIDE;

    /** Tags the words of a sentence. */
    private interface Tagger {
        int[][] tag(String[] words);
    }

    /** Accepts the bounds of a sentence. */
    private interface SpanConsumer {
        void accept(int from, int to);
    }

    private final SentenceDetector sentences;
    private final TokenDetector tokenizer;
    private final Optional<SentenceTagger> pos;
    private final Optional<SentenceTagger> entities;
    private final TagIds tagIds;

    public FullAnnotator(FullModels models, TagIds tagIds) {
        this.sentences = models.sentences().newDetector();
        this.tokenizer = new CachedTokenDetector(models.tokens().newDetector());
        this.pos = models.pos().map(SentenceTaggerModel::newTagger);
        this.entities = models.entities().map(SentenceTaggerModel::newTagger);
        this.tagIds = tagIds;
    }

    @Override
    public List<LinguisticToken> annotate(String text) {
        startDocument();
        return tokens(text, this::tag);
    }

    @Override
    public List<LinguisticToken> split(String text) {
        return tokens(text, words -> new int[words.length][tagIds.features()]);
    }

    private List<LinguisticToken> tokens(String text, Tagger tags) {
        List<LinguisticToken> tokens = new ArrayList<>(text.length() / 5 + 1);
        walk(text, (from, to) -> sentence(text.substring(from, to), from, tags, tokens));
        return tokens;
    }

    @Override
    public List<LinguisticToken> annotateLastSentence(String text) {
        List<TextSpan> sentences = sentences(text);
        List<LinguisticToken> tokens = new ArrayList<>();
        if (!sentences.isEmpty()) {
            startDocument();
            TextSpan last = sentences.get(sentences.size() - 1);
            sentence(text.substring(last.start(), last.end()), last.start(), this::tag, tokens);
        }
        return tokens;
    }

    @Override
    public List<TextSpan> sentences(String text) {
        List<TextSpan> spans = new ArrayList<>();
        walk(
                text,
                (from, to) -> {
                    int start = from;
                    int end = to;
                    while (start < end && StringUtil.isWhitespace(text.charAt(start))) {
                        start++;
                    }
                    while (start < end && StringUtil.isWhitespace(text.charAt(end - 1))) {
                        end--;
                    }
                    if (start < end) {
                        spans.add(new TextSpan(start, end));
                    }
                });
        return spans;
    }

    @Override
    public void startDocument() {
        pos.ifPresent(SentenceTagger::startDocument);
        entities.ifPresent(SentenceTagger::startDocument);
    }

    /** Calls a consumer with the bounds of each sentence, in order. */
    private void walk(String text, SpanConsumer consumer) {
        Matcher breaks = PARAGRAPH_BREAK.matcher(text);
        int from = 0;
        while (breaks.find()) {
            paragraph(text, from, breaks.start(), consumer);
            from = breaks.end();
        }
        paragraph(text, from, text.length(), consumer);
    }

    private void paragraph(String text, int from, int to, SpanConsumer consumer) {
        int start = from;
        while (to - start > MAX_PARAGRAPH_CHARS) {
            int cut = start + MAX_PARAGRAPH_CHARS;
            while (cut > start + MAX_PARAGRAPH_CHARS / 2
                    && !StringUtil.isWhitespace(text.charAt(cut))) {
                cut--;
            }
            if (Character.isLowSurrogate(text.charAt(cut))) {
                cut--;
            }
            sentences(text.substring(start, cut), start, consumer);
            start = cut;
        }
        sentences(text.substring(start, to), start, consumer);
    }

    /**
     * Finds sentences, each of which extends to the beginning of the next, so that there are no
     * gaps.
     */
    private void sentences(String paragraph, int offset, SpanConsumer consumer) {
        List<Integer> starts = sentences.starts(paragraph);
        for (int i = 0; i < starts.size(); i++) {
            int start = i == 0 ? 0 : starts.get(i);
            int end = i + 1 < starts.size() ? starts.get(i + 1) : paragraph.length();
            consumer.accept(offset + start, offset + end);
        }
        if (starts.isEmpty()) {
            consumer.accept(offset, offset + paragraph.length());
        }
    }

    private void sentence(
            String sentence, int offset, Tagger tagger, List<LinguisticToken> tokens) {
        List<Span> spans = TokenBoundaries.of(sentence, tokenizer);
        for (int from = 0; from < spans.size(); from += MAX_SENTENCE_WORDS) {
            int to = Math.min(spans.size(), from + MAX_SENTENCE_WORDS);
            words(sentence, spans.subList(from, to), offset, tagger, tokens);
        }
    }

    private void words(
            String sentence,
            List<Span> spans,
            int offset,
            Tagger tagger,
            List<LinguisticToken> tokens) {
        String[] words = new String[spans.size()];
        for (int i = 0; i < words.length; i++) {
            words[i] = sentence.substring(spans.get(i).getStart(), spans.get(i).getEnd());
        }
        int[][] tags = tagger.tag(words);
        for (int i = 0; i < words.length; i++) {
            Span span = spans.get(i);
            tokens.add(
                    new LinguisticToken(offset + span.getStart(), offset + span.getEnd(), tags[i]));
        }
    }

    @Override
    public int[][] tag(String[] words) {
        String[] posTags = pos.map(tagger -> tagger.tag(words)).orElse(words);
        Optional<String[]> entityTags = entities.map(tagger -> tagger.tag(words));
        int[][] tags = new int[words.length][];
        for (int i = 0; i < words.length; i++) {
            tags[i] = tagIds.of(posTags[i], entityTags.isEmpty() ? OUTSIDE : entityTags.get()[i]);
        }
        return tags;
    }
}
