package org.limelm.annotate.evaluation;

import java.util.ArrayList;
import java.util.List;
import org.limelm.annotate.annotator.TextSpan;
import org.limelm.annotate.treebank.TreebankSentence;
import org.limelm.annotate.treebank.TreebankToken;

/**
 * A document of a treebank. Sentences of a paragraph are joined by a space, paragraphs by an empty
 * line.
 *
 * @param text the whole text
 * @param sentences the sentences of the treebank
 * @param sentenceSpans their positions in the text
 * @param tokenSpans positions of their words, sentence after sentence
 * @param pieces the text split before the whitespace of every word, one piece per word
 */
record GoldDocument(
        String text,
        List<TreebankSentence> sentences,
        List<TextSpan> sentenceSpans,
        List<TextSpan> tokenSpans,
        List<String> pieces) {

    static List<GoldDocument> of(List<TreebankSentence> sentences) {
        List<GoldDocument> documents = new ArrayList<>();
        List<TreebankSentence> open = new ArrayList<>();
        for (TreebankSentence sentence : sentences) {
            if (sentence.startsDocument() && !open.isEmpty()) {
                documents.add(join(open));
                open.clear();
            }
            open.add(sentence);
        }
        if (!open.isEmpty()) {
            documents.add(join(open));
        }
        return documents;
    }

    private static GoldDocument join(List<TreebankSentence> sentences) {
        StringBuilder text = new StringBuilder();
        List<TextSpan> sentenceSpans = new ArrayList<>();
        List<TextSpan> tokenSpans = new ArrayList<>();
        List<String> pieces = new ArrayList<>();
        for (TreebankSentence sentence : sentences) {
            String gap = text.isEmpty() ? "" : sentence.startsParagraph() ? "\n\n" : " ";
            int sentenceStart = text.length() + gap.length();
            for (TreebankToken token : sentence.tokens()) {
                String piece = gap + token.form();
                text.append(piece);
                pieces.add(piece);
                tokenSpans.add(new TextSpan(text.length() - token.form().length(), text.length()));
                gap = token.spaceAfter() ? " " : "";
            }
            sentenceSpans.add(new TextSpan(sentenceStart, text.length()));
        }
        return new GoldDocument(
                text.toString(), List.copyOf(sentences), sentenceSpans, tokenSpans, pieces);
    }

    /** Returns the words of all sentences. */
    List<TreebankToken> tokens() {
        return sentences.stream().flatMap(sentence -> sentence.tokens().stream()).toList();
    }
}
