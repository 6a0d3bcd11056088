package org.limelm.annotate.opennlp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import opennlp.tools.ml.model.AbstractModel;
import opennlp.tools.ml.model.MaxentModel;
import opennlp.tools.namefind.NameFinderME;
import opennlp.tools.namefind.TokenNameFinder;
import opennlp.tools.namefind.TokenNameFinderModel;
import opennlp.tools.postag.POSModel;
import opennlp.tools.tokenize.TokenizerME;
import opennlp.tools.tokenize.TokenizerModel;
import opennlp.tools.util.Span;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.TinyModels;

/** Our decoders against OpenNLP's, on the bundled models and on tiny ones, which often tie. */
class DecoderTest {
    private static final String BUNDLED = "/org/limelm/annotate/models/";

    private static final POSModel POS = bundled("pos-xpos.bin", POSModel::new);
    private static final TokenNameFinderModel ENTITIES =
            bundled("entities.bin", TokenNameFinderModel::new);
    private static final TokenizerModel TOKENS = bundled("tokens.bin", TokenizerModel::new);
    private static final PosTagger.Shared OUR_POS = PosTagger.Shared.of(POS).orElseThrow();
    private static final EntityModel OUR_ENTITIES = EntityModel.of(ENTITIES).orElseThrow();
    private static final List<String> VOCABULARY = vocabulary();

    private interface Parser<T> {
        T parse(InputStream in) throws IOException;
    }

    private static <T> T bundled(String file, Parser<T> parser) {
        try (InputStream in = DecoderTest.class.getResourceAsStream(BUNDLED + file)) {
            return parser.parse(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns words that the entity model knows, some of them capitalized. */
    private static List<String> vocabulary() {
        MaxentModel model = ENTITIES.getArtifact("nameFinder.model");
        List<String> words = new ArrayList<>();
        for (Object feature : ((Map<?, ?>) data(model)[1]).keySet()) {
            String text = (String) feature;
            if (text.startsWith("w=") && text.length() > 2) {
                String word = text.substring(2);
                words.add(words.size() % 2 == 0 ? word : capitalized(word));
            }
        }
        assertThat(words).hasSizeGreaterThan(10_000);
        return words;
    }

    private static Object[] data(MaxentModel model) {
        return ((AbstractModel) model).getDataStructures();
    }

    private static String capitalized(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    @Provide
    Arbitrary<List<String[]>> sentences() {
        Arbitrary<String> common =
                Arbitraries.of(
                        "The",
                        "the",
                        "of",
                        "President",
                        "Congress",
                        "in",
                        "New",
                        "York",
                        "City",
                        "Mr.",
                        "Smith",
                        "said",
                        "$",
                        "3.5",
                        "million",
                        "1969",
                        ",",
                        ".",
                        "and",
                        "United",
                        "States",
                        "May",
                        "12",
                        "%",
                        "-",
                        "A",
                        "“",
                        "İstanbul",
                        "ﬁne");
        Arbitrary<String> known = Arbitraries.of(VOCABULARY);
        Arbitrary<String> any = Arbitraries.strings().ofMinLength(1).ofMaxLength(12);
        Arbitrary<String> word =
                Arbitraries.frequencyOf(Tuple.of(6, common), Tuple.of(6, known), Tuple.of(1, any));
        return word.array(String[].class).ofMaxSize(25).list().ofMaxSize(4);
    }

    @Property(tries = 150)
    void partsOfSpeechAreThoseOfOpenNlp(@ForAll("sentences") List<String[]> sentences) {
        assertSameTags(POS, OUR_POS, sentences);
    }

    @Property(tries = 150)
    void namesAreThoseOfOpenNlp(@ForAll("sentences") List<String[]> sentences) {
        assertSameNames(ENTITIES, OUR_ENTITIES, sentences);
    }

    @Property(tries = 150)
    void runsAreSplitAsByOpenNlp(@ForAll("sentences") List<String[]> sentences) {
        RunTokenizer tokenizer = new RunTokenizer(TOKENS);
        TokenizerME reference = new TokenizerME(TOKENS);
        for (String[] sentence : sentences) {
            String run = String.join("", sentence).replaceAll("[\\s\\h\\v]", "");
            int[] expected =
                    Arrays.stream(reference.tokenizePos(run))
                            .mapToInt(Span::getStart)
                            .skip(1)
                            .toArray();
            assertThat(tokenizer.starts(run)).isEqualTo(expected);
            assertThat(tokenizer.starts(run)).as("cached").isEqualTo(expected);
        }
    }

    @Test
    void tiesAreDecidedAsByOpenNlp(@TempDir Path folder) throws IOException {
        TinyModels.train(folder, folder.resolve("models"));
        POSModel pos;
        TokenNameFinderModel entities;
        try (InputStream in = Files.newInputStream(folder.resolve("models/pos-xpos.bin"));
                InputStream in2 = Files.newInputStream(folder.resolve("models/entities.bin"))) {
            pos = new POSModel(in);
            entities = new TokenNameFinderModel(in2);
        }
        PosTagger.Shared ourPos = PosTagger.Shared.of(pos).orElseThrow();
        EntityModel ourEntities = EntityModel.of(entities).orElseThrow();
        Random random = new Random(7);
        List<String> words =
                List.of("John", "Smith", "met", "Mary", "in", "Paris", ".", "qq", "Q", "7", "$");
        for (int i = 0; i < 300; i++) {
            List<String[]> sentences = new ArrayList<>();
            for (int s = 0; s < 3; s++) {
                sentences.add(
                        random.ints(1 + random.nextInt(12), 0, words.size())
                                .mapToObj(words::get)
                                .toArray(String[]::new));
            }
            assertSameTags(pos, ourPos, sentences);
            assertSameNames(entities, ourEntities, sentences);
        }
    }

    private static void assertSameTags(
            POSModel model, PosTagger.Shared prepared, List<String[]> sentences) {
        WordTagger tagger = new PosTagger(prepared);
        WordTagger reference = PosTagger.openNlp(model);
        for (String[] sentence : sentences) {
            assertThat(tagger.tag(sentence))
                    .as(String.join(" ", sentence))
                    .isEqualTo(reference.tag(sentence.clone()));
        }
    }

    private static void assertSameNames(
            TokenNameFinderModel model, EntityModel prepared, List<String[]> sentences) {
        NameFinder finder = new NameFinder(prepared);
        NameFinder exact = NameFinder.exact(prepared);
        TokenNameFinder reference = new NameFinderME(model);
        for (int document = 0; document < 2; document++) {
            finder.clearAdaptiveData();
            exact.clearAdaptiveData();
            reference.clearAdaptiveData();
            for (String[] sentence : sentences) {
                Span[] expected = reference.find(sentence.clone());
                String text = String.join(" ", sentence);
                assertThat(finder.find(sentence)).as(text).isEqualTo(expected);
                assertThat(exact.find(sentence)).as("exactly: " + text).isEqualTo(expected);
            }
        }
    }
}
