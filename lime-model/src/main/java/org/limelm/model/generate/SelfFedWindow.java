package org.limelm.model.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.limelm.model.decoder.CachedDecoder;
import org.limelm.model.decoder.SelfFedTexts;

/**
 * A text that a model with predicted tags reads through a window of its context length. When the
 * window is full, the older half is dropped and the rest is read again with the tags it had.
 */
final class SelfFedWindow implements AutoCloseable {
    /** Candidates for the tags of a known token. */
    static final int CANDIDATES = 16;

    private static final int ONE_TEXT = 1;

    private final CachedDecoder decoder;
    private final int contextLength;
    private final int endOfText;
    private final Optional<MetadataSource> annotator;
    private final List<Integer> tokens = new ArrayList<>();
    private final List<int[]> tags = new ArrayList<>(); // of the token after each
    private SelfFedTexts window;
    private int slides;

    /**
     * Opens an empty window.
     *
     * @param endOfText the id between documents, at which training reads NONE; −1 for none
     * @param annotator returns the tags of each token once it is known
     */
    SelfFedWindow(
            CachedDecoder decoder,
            int contextLength,
            int endOfText,
            Optional<MetadataSource> annotator) {
        this.decoder = decoder;
        this.contextLength = contextLength;
        this.endOfText = endOfText;
        this.annotator = annotator;
        window = newWindow();
    }

    private SelfFedTexts newWindow() {
        return decoder.newSelfFedTexts(ONE_TEXT, contextLength, CANDIDATES);
    }

    /**
     * Reads a prompt except for its last token, whose next token is not known.
     *
     * @param beforeToken called before each token
     */
    void begin(int[] prompt, Runnable beforeToken) {
        annotator.ifPresent(source -> source.tagsFor(prompt[0])); // which no position reads
        for (int i = 0; i + 1 < prompt.length; i++) {
            beforeToken.run();
            int next = prompt[i + 1];
            makeRoom();
            int[] known = known(prompt[i], next);
            readAndKeep(prompt[i], known);
            add(prompt[i], known);
        }
    }

    /** Returns the tags that a position of the prompt reads. */
    private int[] known(int token, int next) {
        if (annotator.isPresent()) {
            return knownTo(token, annotator.get().tagsFor(next));
        }
        int[] explaining = explaining(token, next);
        return knownTo(token, explaining);
    }

    /** Returns what a position reads of the tags of the next token. */
    private int[] knownTo(int token, int[] next) {
        return token == endOfText ? new int[next.length] : next;
    }

    /** Returns the tags that explain a known token best: those with the largest p(a) p(x | a). */
    private int[] explaining(int token, int next) {
        SelfFedTexts.Proposal proposal = window.propose(new long[] {token}, CANDIDATES);
        window.read(new long[] {token}, proposal.tags());
        float[] terms = window.mix(proposal.logProbabilities(), new long[] {next}).terms();
        int best = 0;
        for (int k = 1; k < terms.length; k++) {
            best = terms[k] > terms[best] ? k : best;
        }
        return SelfFedGenerator.tags(proposal, best);
    }

    /** Predicts the tags of the token after the given one, which has not been read. */
    SelfFedTexts.Proposal propose(int token, int count) {
        makeRoom();
        return window.propose(new long[] {token}, count);
    }

    /**
     * Reads a token with tags for the next one, and returns the natural logarithms of the next
     * one's probabilities, (V).
     */
    float[] read(int token, int[] next) {
        window.read(new long[] {token}, columns(next));
        return window.logProbabilities();
    }

    /**
     * Ends the position that was read last.
     *
     * @param token the token at that position
     * @param chosen the tags it was read with
     * @param next the next token, now known
     */
    void keep(int token, int[] chosen, int next) {
        if (annotator.isEmpty()) {
            window.keep(new long[] {0});
            add(token, chosen);
            return;
        }
        int[] known = knownTo(token, annotator.get().tagsFor(next));
        readAndKeep(token, known);
        add(token, known);
    }

    private void readAndKeep(int token, int[] next) {
        window.read(new long[] {token}, columns(next));
        window.keep(new long[] {0});
    }

    private void add(int token, int[] next) {
        tokens.add(token);
        tags.add(next);
    }

    /** Returns how often the window moved. */
    int slides() {
        return slides;
    }

    private void makeRoom() {
        if (window.length() < contextLength) {
            return;
        }
        window.close();
        window = newWindow();
        slides++;
        for (int i = tokens.size() - contextLength / 2; i < tokens.size(); i++) {
            readAndKeep(tokens.get(i), tags.get(i));
        }
    }

    private static List<long[]> columns(int[] tags) {
        List<long[]> columns = new ArrayList<>();
        for (int tag : tags) {
            columns.add(new long[] {tag});
        }
        return columns;
    }

    @Override
    public void close() {
        window.close();
    }
}
