package org.limelm.core.corpus;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;

/**
 * The files and folders of a corpus that are skipped for one reason.
 *
 * @param reason why they are skipped
 * @param count number of files and folders
 * @param examples the first few paths
 */
public record PassedOverFiles(Reason reason, long count, List<String> examples) {
    /** Why a file or folder is skipped. */
    public enum Reason {
        /** A file with an unsupported extension, or a plain {@code .json}. */
        OTHER_KIND("of unsupported type"),
        /** A symbolic link without a target. */
        DANGLING_LINK("dangling link"),
        /** A pipe, a socket or a device. */
        NOT_A_FILE("not a regular file"),
        /** A file that was already found, by another path or a link: it is read once. */
        NAMED_TWICE("named more than once, read once"),
        /** An output folder of LIME: shards, or a run. */
        OWN_OUTPUT("LIME output"),
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

    /** Returns a summary: {@code 2 of unsupported type (a.pdf, b.orc)}. */
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
