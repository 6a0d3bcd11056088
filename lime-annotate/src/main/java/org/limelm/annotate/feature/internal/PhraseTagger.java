package org.limelm.annotate.feature.internal;

import java.util.ArrayList;
import java.util.List;
import org.limelm.annotate.annotator.WordSoFar;
import org.limelm.annotate.feature.IncrementalTagger;
import org.limelm.annotate.feature.NextPiece;
import org.limelm.core.metadata.Feature;

/** Tags the pieces of a growing text that complete a phrase, with that of the longest one. */
final class PhraseTagger implements IncrementalTagger {
    private final Phrases phrases;
    private final Feature feature;

    /** Beginnings of phrases that end before the current word, longest first. */
    private List<String> open = List.of();

    /** The current word so far, with a space before it where the text has whitespace. */
    private String word = "";

    PhraseTagger(Phrases phrases, Feature feature) {
        this.phrases = phrases;
        this.feature = feature;
    }

    @Override
    public void reset() {
        open = List.of();
        word = "";
    }

    @Override
    public int push(NextPiece piece) {
        for (WordSoFar next : piece.words()) {
            if (next.begins()) {
                endWord();
            }
            word = (next.attached() ? "" : " ") + phrases.normalized(next.text());
        }
        return piece.words().isEmpty() ? Feature.NONE_ID : feature.id(tag());
    }

    private void endWord() {
        if (!word.isEmpty()) {
            List<String> longer = new ArrayList<>();
            for (String begun : open) {
                longer.add(begun + word);
            }
            longer.add(word.strip());
            longer.removeIf(begun -> !phrases.anyBeginsWith(begun));
            open = List.copyOf(longer);
        }
    }

    private String tag() {
        for (String begun : open) {
            String tag = phrases.tag(begun + word);
            if (!tag.equals(Feature.NONE)) {
                return tag;
            }
        }
        return phrases.tag(word.strip());
    }

    @Override
    public PhraseTagger fork() {
        PhraseTagger fork = new PhraseTagger(phrases, feature);
        fork.open = open;
        fork.word = word;
        return fork;
    }
}
