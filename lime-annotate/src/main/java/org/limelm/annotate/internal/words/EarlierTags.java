package org.limelm.annotate.internal.words;

import java.util.HashMap;
import java.util.Map;

/**
 * The last tag of each capitalized form in a document, in bounded memory: longer forms than {@value
 * #MAX_FORM_CHARS} UTF-16 code units are left out, and so are further ones after the first {@value
 * #MAX_FORMS}. What is kept depends on the words before alone. For use by one thread.
 *
 * @param <T> a tag
 */
public final class EarlierTags<T> {
    static final int MAX_FORM_CHARS = 64;
    static final int MAX_FORMS = 1 << 16;

    private final Map<String, T> tags = new HashMap<>();

    /** Returns an independent copy. */
    public EarlierTags<T> copy() {
        EarlierTags<T> copy = new EarlierTags<>();
        copy.tags.putAll(tags);
        return copy;
    }

    /** Forgets the document. */
    public void clear() {
        tags.clear();
    }

    /** Keeps the tag of a word if its form is capitalized. */
    public void put(String form, T tag) {
        if (Character.isUpperCase(form.codePointAt(0))
                && form.length() <= MAX_FORM_CHARS
                && (tags.size() < MAX_FORMS || tags.containsKey(form))) {
            tags.put(form, tag);
        }
    }

    /** Returns the last tag of a form, or another one if none is kept. */
    public T get(String form, T otherwise) {
        return tags.getOrDefault(form, otherwise);
    }
}
