package org.limelm.train.cli;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.limelm.core.metadata.Feature;
import picocli.CommandLine.Help.Ansi;

/**
 * Shows the tags of text: as colours on a terminal that has them, otherwise in words, {@code
 * States/NNPS,GPE}. A tag's colour is given by its first letter, so that all nouns of a tag set
 * look alike; text with an entity is underlined. As with all colours of the command line, {@code
 * NO_COLOR} turns them off.
 */
final class TagColours {
    private static final List<Integer> PALETTE = List.of(32, 34, 33, 35, 36, 31);
    private static final String RESET = "\033[0m";
    private static final String UNDERLINED = ";4";

    private final boolean coloured;
    private final Set<String> shown = new TreeSet<>();

    private TagColours(boolean coloured) {
        this.coloured = coloured;
    }

    /** Returns a display in colours if the terminal has them and the user wants them. */
    static TagColours automatic() {
        return new TagColours(Ansi.AUTO.enabled());
    }

    /**
     * Returns a piece of text with its tags.
     *
     * @param tags tag names, one per feature
     */
    String show(String text, List<String> tags) {
        List<String> set = tags.stream().filter(tag -> !tag.equals(Feature.NONE)).toList();
        if (set.isEmpty() || text.isBlank()) {
            return text;
        }
        if (!coloured) {
            return text + "/" + String.join(",", set);
        }
        shown.add(set.get(0));
        String more = set.size() > 1 ? UNDERLINED : "";
        return "\033[" + colour(set.get(0)) + more + "m" + text + RESET;
    }

    private static int colour(String tag) {
        return PALETTE.get(Math.floorMod(tag.charAt(0) - 'A', PALETTE.size()));
    }

    /** Returns the colours shown so far; empty without colours. */
    String legend() {
        StringBuilder legend = new StringBuilder();
        for (String tag : shown) {
            legend.append(legend.isEmpty() ? "" : " ")
                    .append("\033[")
                    .append(colour(tag))
                    .append('m')
                    .append(tag)
                    .append(RESET);
        }
        return legend.toString();
    }
}
