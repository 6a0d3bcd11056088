package org.limelm.annotate.treebank;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.limelm.core.LimeException;

/**
 * Reads CoNLL-U treebanks (<a href="https://universaldependencies.org/format.html">format</a>),
 * plain or gzipped.
 */
public final class Treebank {
    private static final int COLUMNS = 10;
    private static final int FORM = 1;
    private static final int UPOS = 3;
    private static final int XPOS = 4;
    private static final int MISC = 9;

    private final Path file;
    private final List<TreebankSentence> sentences;
    private final List<TreebankToken> tokens = new ArrayList<>();
    private boolean startsDocument = true;
    private boolean startsParagraph = true;
    private int multiwordEnd;
    private boolean multiwordSpaceAfter;

    private Treebank(Path file, List<TreebankSentence> sentences) {
        this.file = file;
        this.sentences = sentences;
    }

    /**
     * Reads all sentences of the files, in order.
     *
     * @throws LimeException if a line does not have ten columns or is not valid UTF-8, a word has
     *     no form, a file has no sentences, or a file cannot be read
     */
    public static List<TreebankSentence> read(List<Path> files) {
        List<TreebankSentence> sentences = new ArrayList<>();
        for (Path file : files) {
            int before = sentences.size();
            try (GoldLines lines = GoldLines.open(file)) {
                new Treebank(file, sentences).parse(lines);
            }
            if (sentences.size() == before) {
                throw new LimeException(
                        "[%s] no sentences, expected CoNLL-U. Hint: is it a .conllu file?"
                                .formatted(file));
            }
        }
        return sentences;
    }

    private void parse(GoldLines lines) {
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (line.isBlank()) {
                endSentence();
            } else if (line.startsWith("# newdoc")) {
                startsDocument = true;
                startsParagraph = true;
            } else if (line.startsWith("# newpar") && !line.startsWith("# newpar_block")) {
                startsParagraph = true;
            } else if (!line.startsWith("#")) {
                word(line, lines.number());
            }
        }
        endSentence();
    }

    private void word(String line, int number) {
        String[] columns = line.split("\t", -1);
        if (columns.length != COLUMNS) {
            throw new LimeException(
                    "[%s:%d] expected %d tab-separated columns, found %d"
                            .formatted(file, number, COLUMNS, columns.length));
        }
        String id = columns[0];
        if (id.contains(".")) {
            return; // an empty node of the enhanced graph, not part of the text
        }
        boolean spaceAfter = !columns[MISC].contains("SpaceAfter=No");
        int dash = id.indexOf('-');
        try {
            if (dash > 0) {
                multiwordEnd = Integer.parseInt(id.substring(dash + 1));
                multiwordSpaceAfter = spaceAfter;
                return;
            }
            int index = Integer.parseInt(id);
            if (index < multiwordEnd) {
                spaceAfter = false;
            } else if (index == multiwordEnd) {
                spaceAfter = multiwordSpaceAfter;
            }
        } catch (NumberFormatException e) {
            throw new LimeException(
                    "[%s:%d] '%s' is not a word number".formatted(file, number, id), e);
        }
        if (columns[FORM].isBlank()) {
            throw new LimeException("[%s:%d] a word without a form".formatted(file, number));
        }
        tokens.add(new TreebankToken(columns[FORM], columns[UPOS], columns[XPOS], spaceAfter));
    }

    private void endSentence() {
        if (!tokens.isEmpty()) {
            sentences.add(new TreebankSentence(startsDocument, startsParagraph, tokens));
            tokens.clear();
            startsDocument = false;
            startsParagraph = false;
        }
        multiwordEnd = 0;
    }
}
