package org.limelm.annotate.feature;

import org.limelm.annotate.annotator.AnnotatedText;

/** Tags the pieces of a whole text with one feature. An instance is for use by one thread. */
public interface WholeTextTagger {
    /**
     * Returns the tags of a text's pieces, in time about linear in its length. The same text must
     * give the same tags.
     *
     * @return one tag id per piece; {@link AnnotatedText#tagWords} makes it of one per word
     */
    int[] tag(AnnotatedText text);
}
