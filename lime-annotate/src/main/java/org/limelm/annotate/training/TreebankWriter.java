package org.limelm.annotate.training;

import java.io.IOException;
import java.util.List;
import opennlp.tools.util.StringUtil;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.annotator.TextSpan;
import org.limelm.annotate.treebank.Treebank;
import org.limelm.core.metadata.Feature;
import org.limelm.core.text.LinguisticToken;

/**
 * Writes texts as a CoNLL-U treebank whose words, sentences and parts of speech are those of an
 * annotator of whole texts. {@link Treebank} reads it, so that classifiers of growing texts can
 * learn from it where there is no treebank made by people.
 */
public final class TreebankWriter {
    private final LinguisticAnnotator annotator;
    private final Feature pos;
    private final int column;
    private final boolean universal;
    private final Appendable out;

    /**
     * Creates a writer.
     *
     * @param annotator the annotator
     * @param pos its parts of speech
     * @param column their position in the tag ids of a word
     * @param universal whether they are universal ones: column UPOS instead of XPOS
     */
    public TreebankWriter(
            LinguisticAnnotator annotator,
            Feature pos,
            int column,
            boolean universal,
            Appendable out) {
        this.annotator = annotator;
        this.pos = pos;
        this.column = column;
        this.universal = universal;
        this.out = out;
    }

    /**
     * Writes a document.
     *
     * @return number of words
     * @throws IOException if the output fails
     */
    public long write(String id, String text) throws IOException {
        List<LinguisticToken> words = annotator.annotate(text);
        out.append("# newdoc id = ").append(id.replaceAll("\\s+", " ")).append('\n');
        int next = 0;
        int end = 0;
        for (TextSpan sentence : annotator.sentences(text)) {
            if (LinguisticAnnotator.PARAGRAPH_BREAK
                    .matcher(text.substring(end, sentence.start()))
                    .find()) {
                out.append("# newpar\n");
            }
            int number = 0;
            while (next < words.size() && words.get(next).start() < sentence.end()) {
                word(text, words.get(next++), ++number);
            }
            out.append('\n');
            end = sentence.end();
        }
        return words.size();
    }

    private void word(String text, LinguisticToken word, int number) throws IOException {
        String tag = pos.tags().get(word.tagIds()[column]);
        boolean glued =
                word.end() < text.length() && !StringUtil.isWhitespace(text.charAt(word.end()));
        out.append(
                String.join(
                        "\t",
                        Integer.toString(number),
                        text.substring(word.start(), word.end()),
                        "_",
                        universal ? tag : "_",
                        universal ? "_" : tag,
                        "_",
                        "_",
                        "_",
                        "_",
                        glued ? "SpaceAfter=No" : "_"));
        out.append('\n');
    }
}
