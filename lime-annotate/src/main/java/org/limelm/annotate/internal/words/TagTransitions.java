package org.limelm.annotate.internal.words;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which tag may follow which. Immutable, shared by all threads. N is the number of tags.
 *
 * <p>Entity tags are encoded as BIO ({@code B-TYPE} begins an entity, {@code I-TYPE} continues it)
 * or BILOU (also {@code L-TYPE} ends it, and {@code U-TYPE} is a whole one).
 */
public final class TagTransitions {
    /** The tag of words outside entities. */
    public static final String OUTSIDE = "O";

    /** Kinds of tags. */
    public enum Kind {
        /** Any tag may follow any other. */
        INDEPENDENT,
        /** Entities. */
        ENTITIES
    }

    private final boolean[][] mayFollow; // (N + 1, N): the last row is the beginning
    private final Map<String, Integer> indexOf = new HashMap<>();

    /** Creates the transitions of a classifier's tags. */
    public TagTransitions(List<String> tags, Kind kind) {
        boolean bilou = tags.stream().anyMatch(tag -> tag.startsWith("L-"));
        mayFollow = new boolean[tags.size() + 1][tags.size()];
        for (int i = 0; i <= tags.size(); i++) {
            if (i < tags.size()) {
                indexOf.put(tags.get(i), i);
            }
            if (kind == Kind.INDEPENDENT) {
                Arrays.fill(mayFollow[i], true);
                continue;
            }
            String before = i < tags.size() ? tags.get(i) : OUTSIDE;
            boolean open = before.startsWith("B-") || before.startsWith("I-");
            for (int j = 0; j < tags.size(); j++) {
                String tag = tags.get(j);
                boolean continues = tag.startsWith("I-") || tag.startsWith("L-");
                mayFollow[i][j] =
                        continues
                                ? open && before.substring(2).equals(tag.substring(2))
                                : !(open && bilou);
            }
        }
    }

    /** Returns which tags may follow one, N; unknown tags are followed by what begins a text. */
    public boolean[] after(String tag) {
        return mayFollow[indexOf.getOrDefault(tag, mayFollow.length - 1)];
    }

    /** Returns which tags may follow one, N; -1 is the beginning of a text. */
    public boolean[] after(int tag) {
        return mayFollow[tag < 0 ? mayFollow.length - 1 : tag];
    }
}
