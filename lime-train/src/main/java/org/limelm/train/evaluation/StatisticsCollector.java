package org.limelm.train.evaluation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.LimeException;
import org.limelm.model.decoder.Batch;
import org.limelm.train.data.HostBatch;
import org.limelm.train.data.RowOrigin;
import org.limelm.train.data.TokenSource;
import org.limelm.train.data.WeightedSource;
import org.limelm.train.evaluation.TokenStatistics.ClassSums;
import org.limelm.train.evaluation.TokenStatistics.PassageSums;
import org.limelm.train.evaluation.TokenStatistics.TokenSums;

/**
 * Collects the {@link TokenStatistics} of an evaluation from the scores of its rows, in any order
 * of batches. Not thread-safe.
 */
public final class StatisticsCollector implements TokenSink {
    /** Bytes of text in a passage. */
    public static final int PASSAGE = 4_096;

    private final List<WeightedSource> sources;
    private final List<String> names;
    private final SubwordTokenizer tokenizer;
    private final String classTags;
    private final Map<Place, Sums> passages = new TreeMap<>();
    private final Map<TokenClass, Sums> classes = new TreeMap<>();
    private final Map<Integer, Sums> vocabulary = new TreeMap<>();

    private Document current = new Document(-1, -1);
    private @Nullable DocumentClasses classesOfCurrent;

    private record Document(int source, int ordinal) {}

    private record Place(int source, int document, int part) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int bySource = Integer.compare(source, other.source);
            int byDocument = Integer.compare(document, other.document);
            return bySource != 0
                    ? bySource
                    : byDocument != 0 ? byDocument : Integer.compare(part, other.part);
        }
    }

    /**
     * Creates a collector.
     *
     * @param sources the held-out documents with the tags that define the classes
     * @param names names of the same sources in the rows that will be added
     */
    StatisticsCollector(
            List<WeightedSource> sources,
            List<String> names,
            SubwordTokenizer tokenizer,
            String classTags) {
        this.sources = sources;
        this.names = names;
        this.tokenizer = tokenizer;
        this.classTags = classTags;
    }

    /**
     * Adds the scores of rows.
     *
     * @throws LimeException if the rows hold other tokens than the text of this collector
     */
    @Override
    public void add(HostBatch batch, float[] nll, float[] correct) {
        for (int row = 0; row < batch.rows(); row++) {
            add(batch, row, nll, correct);
        }
    }

    private void add(HostBatch batch, int row, float[] nll, float[] correct) {
        RowOrigin origin = batch.origins().get(row);
        int source = names.indexOf(origin.source());
        if (source < 0) {
            throw new LimeException(
                    "[evaluation] rows of %s, expected one of %s".formatted(origin, names));
        }
        TokenSource tokens = sources.get(source).tokens();
        int place = 0;
        long position = origin.start();
        for (int i = row * batch.length(); i < (row + 1) * batch.length(); i++) {
            position++; // the target is the token after the input
            while (place < origin.documents().length
                    && position >= tokens.length(origin.documents()[place])) {
                position -= tokens.length(origin.documents()[place]);
                place++;
            }
            long target = batch.targets()[i];
            if (target != Batch.IGNORED) {
                Sums sums = new Sums(1, batch.targetBytes()[i], nll[i], Math.round(correct[i]));
                add(
                        new Document(source, origin.documents()[place]),
                        Math.toIntExact(position),
                        target,
                        sums);
            }
        }
    }

    private void add(Document document, int position, long target, Sums sums) {
        DocumentClasses text = classes(document);
        if (text.token(position) != target) {
            throw new LimeException(
                    "[evaluation] token %d of document %d is %d, expected %d as in %s. Hint: are the shards of all arms from the same corpus and tokenizer?"
                            .formatted(
                                    position,
                                    document.ordinal(),
                                    target,
                                    text.token(position),
                                    sources.get(document.source()).name()));
        }
        int part = Math.toIntExact(text.firstByte(position) / PASSAGE);
        passages.merge(new Place(document.source(), document.ordinal(), part), sums, Sums::plus);
        text.classes(position).forEach(type -> classes.merge(type, sums, Sums::plus));
        vocabulary.merge((int) target, sums, Sums::plus);
    }

    private DocumentClasses classes(Document document) {
        DocumentClasses known = classesOfCurrent;
        if (known == null || !document.equals(current)) {
            TokenSource tokens = sources.get(document.source()).tokens();
            known = DocumentClasses.of(tokens, document.ordinal(), tokenizer);
            classesOfCurrent = known;
            current = document;
        }
        return known;
    }

    /** Returns the statistics of all rows added so far. */
    public TokenStatistics statistics() {
        List<PassageSums> byPassage = new ArrayList<>();
        passages.forEach(
                (place, sums) ->
                        byPassage.add(
                                new PassageSums(
                                        place.source() + ":" + place.document(),
                                        place.part(),
                                        sums)));
        List<ClassSums> byClass = new ArrayList<>();
        classes.forEach((type, sums) -> byClass.add(new ClassSums(type, sums)));
        List<TokenSums> byToken = new ArrayList<>();
        vocabulary.forEach((id, sums) -> byToken.add(new TokenSums(id, text(id), sums)));
        return new TokenStatistics(classTags, byPassage, byClass, byToken);
    }

    private String text(int id) {
        return id == tokenizer.endOfTextId()
                ? tokenizer.endOfText()
                : new String(tokenizer.pieceBytes(id), StandardCharsets.UTF_8);
    }
}
