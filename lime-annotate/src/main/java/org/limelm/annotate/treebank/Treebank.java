package org.limelm.annotate.treebank;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.ConlluMisc;

/**
 * Reads CoNLL-U treebanks (<a href="https://universaldependencies.org/format.html">format</a>),
 * plain or gzipped.
 *
 * <p>The words of a multiword token are words of the text if they make up its form ({@code
 * did|n't}). Otherwise they are not written there, and the multiword token is one word with the
 * tags of all, joined by {@code +}: {@code zum} = {@code zu} + {@code dem} is {@code ADP+DET}.
 */
public final class Treebank {
    private static final int COLUMNS = 10;
    private static final int FORM = 1;
    private static final int UPOS = 3;
    private static final int XPOS = 4;
    private static final int MISC = 9;
    private static final String ABSENT = "_";

    private final Path file;
    private final List<TreebankSentence> sentences;
    private final List<TreebankToken> tokens = new ArrayList<>();
    private boolean startsDocument = true;
    private boolean startsParagraph = true;
    private Optional<Multiword> multiword = Optional.empty();

    /**
     * A multiword token whose words are being read.
     *
     * @param end number of its last word
     * @param form its form in the text
     * @param spaceAfter whether whitespace follows it in the text
     * @param firstToken index of its first word among those of the sentence
     */
    private record Multiword(int end, String form, boolean spaceAfter, int firstToken) {}

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
        if (columns[FORM].isBlank()) {
            throw new LimeException("[%s:%d] a word without a form".formatted(file, number));
        }
        boolean spaceAfter = ConlluMisc.spaceAfter(columns[MISC]);
        int dash = id.indexOf('-');
        int last = wordNumber(id, dash + 1, number);
        if (dash > 0) {
            multiword = Optional.of(new Multiword(last, columns[FORM], spaceAfter, tokens.size()));
            return;
        }
        boolean endsMultiword = multiword.filter(whole -> last >= whole.end).isPresent();
        tokens.add(
                new TreebankToken(
                        columns[FORM],
                        columns[UPOS],
                        columns[XPOS],
                        multiword
                                .map(whole -> endsMultiword && whole.spaceAfter)
                                .orElse(spaceAfter)));
        if (endsMultiword) {
            endMultiword();
        }
    }

    private int wordNumber(String id, int from, int number) {
        try {
            return Integer.parseInt(id.substring(from));
        } catch (NumberFormatException e) {
            throw new LimeException(
                    "[%s:%d] '%s' is not a word number".formatted(file, number, id), e);
        }
    }

    /** Replaces the words of a multiword token by the token, unless they make up its form. */
    private void endMultiword() {
        Multiword whole = multiword.orElseThrow();
        multiword = Optional.empty();
        List<TreebankToken> words = tokens.subList(whole.firstToken, tokens.size());
        String written = words.stream().map(TreebankToken::form).collect(Collectors.joining());
        if (!written.equals(whole.form)) {
            TreebankToken fused =
                    new TreebankToken(
                            whole.form,
                            joined(words, TreebankToken::upos),
                            joined(words, TreebankToken::xpos),
                            whole.spaceAfter);
            words.clear();
            tokens.add(fused);
        }
    }

    private static String joined(List<TreebankToken> words, Function<TreebankToken, String> tag) {
        List<String> tags = words.stream().map(tag).filter(one -> !one.equals(ABSENT)).toList();
        return tags.isEmpty() ? ABSENT : String.join("+", tags);
    }

    private void endSentence() {
        if (multiword.isPresent()) {
            endMultiword(); // some of its words are missing
        }
        if (!tokens.isEmpty()) {
            sentences.add(new TreebankSentence(startsDocument, startsParagraph, tokens));
            tokens.clear();
            startsDocument = false;
            startsParagraph = false;
        }
    }
}
