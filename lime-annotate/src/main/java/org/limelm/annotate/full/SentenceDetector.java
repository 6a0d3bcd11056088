package org.limelm.annotate.full;

import java.util.List;

/** Finds the sentences of paragraphs. An instance is for use by one thread. */
public interface SentenceDetector {
    /**
     * Returns where sentences begin in a paragraph.
     *
     * @return ascending UTF-16 indices; the first one, if any, is where the text begins
     */
    List<Integer> starts(String paragraph);
}
