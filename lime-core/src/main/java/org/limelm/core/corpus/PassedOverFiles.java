package org.limelm.core.corpus;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;

/**
 * What the folders of a corpus hold that is not read, for one reason.
 *
 * @param reason why it is not read
 * @param count how many files and folders
 * @param examples paths of the first of them
 */
public record PassedOverFiles(Reason reason, long count, List<String> examples) {
    /** Why something is not read. */
    public enum Reason {
        /** A file with a name of another kind, or a plain {@code .json}. */
        OTHER_KIND("of another kind"),
        /** A link to nothing. */
        DANGLING_LINK("linked to nothing"),
        /** A pipe, a socket or a device. */
        NOT_A_FILE("no regular file"),
        /** A folder into which LIME writes: shards, or a run. */
        OWN_OUTPUT("of LIME's own output"),
        /** A file or folder whose name begins with a dot. */
        HIDDEN("hidden");

        private final String words;

        Reason(String words) {
            this.words = words;
        }

        /** Returns the name used in files and reports: {@code other-kind} … */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Copies the list. */
    public PassedOverFiles {
        examples = List.copyOf(examples);
    }

    /** Returns words for people: {@code 2 of another kind (a.pdf, b.parquet)}. */
    @Override
    public String toString() {
        return count
                + " "
                + reason.words
                + " ("
                + String.join(", ", examples)
                + (count > examples.size() ? ", …" : "")
                + ")";
    }
}
