package org.limelm.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.models.Annotators;
import org.limelm.core.io.Sha256;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.text.LinguisticToken;
import org.limelm.core.text.Utf8Stream;

/** Custom annotators, written against the public API only: each word has the type in a list. */
final class WordListAnnotators implements Annotators {
    private static final Pattern WORD =
            Pattern.compile("[\\p{L}\\p{N}]+|[^\\s\\p{Z}\\p{L}\\p{N}]", Pattern.UNICODE_CASE);

    private final Map<String, String> types;
    private final Feature feature;

    /** Creates annotators with one feature. */
    WordListAnnotators(String feature, Map<String, String> types) {
        this.types = new TreeMap<>(types);
        List<String> tags = new ArrayList<>(List.of(Feature.NONE));
        tags.addAll(new TreeSet<>(types.values()));
        this.feature = new Feature(feature, tags);
    }

    @Override
    public MetadataSchema schema() {
        return new MetadataSchema(List.of(feature));
    }

    @Override
    public String id() {
        return Sha256.of("word list 1\n" + feature + "\n" + types);
    }

    private int[] tags(String word) {
        return new int[] {feature.id(types.getOrDefault(word, Feature.NONE))};
    }

    @Override
    public LinguisticAnnotator newLinguisticAnnotator() {
        return text -> {
            List<LinguisticToken> tokens = new ArrayList<>();
            for (Matcher word = WORD.matcher(text); word.find(); ) {
                tokens.add(new LinguisticToken(word.start(), word.end(), tags(word.group())));
            }
            return tokens;
        };
    }

    @Override
    public IncrementalAnnotator newCausalAnnotator() {
        return new Growing(new Utf8Stream(), "");
    }

    /** Tags the word so far. */
    private final class Growing implements IncrementalAnnotator {
        private Utf8Stream characters;
        private String word;

        Growing(Utf8Stream characters, String word) {
            this.characters = characters;
            this.word = word;
        }

        @Override
        public void reset() {
            characters = new Utf8Stream();
            word = "";
        }

        @Override
        public int[] push(byte[] piece) {
            String text = word + characters.push(piece);
            String last = "";
            for (Matcher found = WORD.matcher(text); found.find(); ) {
                last = found.end() == text.length() ? found.group() : "";
            }
            word = last;
            return piece.length == 0 ? tags("") : tags(last);
        }

        @Override
        public IncrementalAnnotator fork() {
            return new Growing(characters.fork(), word);
        }
    }
}
