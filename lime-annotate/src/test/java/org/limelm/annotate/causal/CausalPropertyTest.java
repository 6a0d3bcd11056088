package org.limelm.annotate.causal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.limelm.annotate.TinyModels;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.models.Annotators;

class CausalPropertyTest {
    private static final int TRIES = 300;
    private final Annotators annotators = TinyModels.annotators();

    @Provide
    Arbitrary<byte[]> texts() {
        Arbitrary<String> words =
                Arbitraries.of(
                        "Dr.",
                        "Smith",
                        " didn't",
                        "Mary",
                        "'s",
                        "$",
                        "3,200.50",
                        " ",
                        "\n\n",
                        "\t",
                        "London",
                        ".",
                        "é",
                        "😀",
                        "שלום",
                        "\u0000",
                        "\uFEFF",
                        "\uD800",
                        "x");
        Arbitrary<byte[]> text =
                words.list()
                        .ofMaxSize(30)
                        .map(list -> String.join("", list).getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(60);
        return Arbitraries.oneOf(text, noise);
    }

    @Property(tries = TRIES)
    void tagsAreIndependentOfWhatFollows(
            @ForAll("texts") byte[] text,
            @ForAll("texts") byte[] otherEnd,
            @ForAll long cuts,
            @ForAll @IntRange(max = 40) int keep) {
        List<byte[]> pieces = cut(text, cuts);
        int kept = Math.min(keep, pieces.size());
        List<byte[]> other = new ArrayList<>(pieces.subList(0, kept));
        other.addAll(cut(otherEnd, cuts + 1));

        assertThat(tags(other).subList(0, kept)).isEqualTo(tags(pieces).subList(0, kept));
    }

    @Property(tries = TRIES)
    void aForkContinuesAsIfItHadReadEverything(
            @ForAll("texts") byte[] prefix,
            @ForAll("texts") byte[] suffix,
            @ForAll("texts") byte[] noise,
            @ForAll long cuts) {
        List<byte[]> all = new ArrayList<>(cut(prefix, cuts));
        int prefixPieces = all.size();
        all.addAll(cut(suffix, cuts + 1));
        IncrementalAnnotator original = annotators.newCausalAnnotator();
        push(original, all.subList(0, prefixPieces));

        IncrementalAnnotator fork = original.fork();
        push(original, cut(noise, cuts + 2)); // must not affect the fork

        assertThat(push(fork, all.subList(prefixPieces, all.size())))
                .isEqualTo(tags(all).subList(prefixPieces, all.size()));
    }

    @Property(tries = TRIES)
    void aForkDoesNotChangeItsOrigin(
            @ForAll("texts") byte[] prefix,
            @ForAll("texts") byte[] suffix,
            @ForAll("texts") byte[] noise,
            @ForAll long cuts) {
        List<byte[]> all = new ArrayList<>(cut(prefix, cuts));
        int prefixPieces = all.size();
        all.addAll(cut(suffix, cuts + 1));
        IncrementalAnnotator original = annotators.newCausalAnnotator();
        push(original, all.subList(0, prefixPieces));

        push(original.fork(), cut(noise, cuts + 2));

        assertThat(push(original, all.subList(prefixPieces, all.size())))
                .isEqualTo(tags(all).subList(prefixPieces, all.size()));
    }

    @Property(tries = TRIES)
    void resetClearsAllState(
            @ForAll("texts") byte[] before, @ForAll("texts") byte[] text, @ForAll long cuts) {
        IncrementalAnnotator annotator = annotators.newCausalAnnotator();
        push(annotator, cut(before, cuts));

        annotator.reset();

        assertThat(push(annotator, cut(text, cuts))).isEqualTo(tags(cut(text, cuts)));
    }

    @Property(tries = TRIES)
    void anEmptyPieceChangesNothing(@ForAll("texts") byte[] text, @ForAll long cuts) {
        List<byte[]> pieces = cut(text, cuts);
        IncrementalAnnotator annotator = annotators.newCausalAnnotator();
        List<List<Integer>> tags = new ArrayList<>();
        for (byte[] piece : pieces) {
            tags.addAll(push(annotator, List.of(piece)));
            assertThat(annotator.push(new byte[0])).containsOnly(0);
        }

        assertThat(tags).isEqualTo(tags(pieces));
    }

    @Test
    void wordsAreTaggedAndWhiteSpaceIsNot() {
        IncrementalAnnotator annotator = annotators.newCausalAnnotator();
        var pos = annotators.schema().feature("pos");

        assertThat(pos.tag(push(annotator, "The"))).isEqualTo("DT");
        assertThat(pos.tag(push(annotator, " cat"))).isEqualTo("NN");
        assertThat(pos.tag(push(annotator, " "))).isEqualTo("NONE");
        assertThat(pos.tag(push(annotator, "sat"))).isEqualTo("VBD");
    }

    @Test
    void aPieceOfSeveralWordsHasTheTagsOfTheLast() {
        var pos = annotators.schema().feature("pos");

        assertThat(pos.tag(push(annotators.newCausalAnnotator(), "The cat sat"))).isEqualTo("VBD");
    }

    private static int push(IncrementalAnnotator annotator, String piece) {
        return annotator.push(piece.getBytes(StandardCharsets.UTF_8))[0];
    }

    private List<List<Integer>> tags(List<byte[]> pieces) {
        return push(annotators.newCausalAnnotator(), pieces);
    }

    private static List<List<Integer>> push(IncrementalAnnotator annotator, List<byte[]> pieces) {
        return pieces.stream()
                .map(piece -> Arrays.stream(annotator.push(piece)).boxed().toList())
                .toList();
    }

    /** Splits at random bytes, also inside characters. */
    private static List<byte[]> cut(byte[] text, long seed) {
        Random random = new Random(seed);
        List<byte[]> pieces = new ArrayList<>();
        for (int from = 0; from < text.length; ) {
            int to = Math.min(text.length, from + 1 + random.nextInt(7));
            pieces.add(Arrays.copyOfRange(text, from, to));
            from = to;
        }
        return pieces;
    }
}
