package org.limelm.train.serve;

import java.util.List;

/**
 * Generated text on its way to a client: the end that may be the start of a stop text is held back
 * until it is known.
 */
final class ReleasedText {
    private final List<String> stops;
    private final StringBuilder text = new StringBuilder();
    private int released;

    ReleasedText(List<String> stops) {
        this.stops = stops;
    }

    /** Appends text, and returns what can be sent. */
    String push(String added) {
        text.append(added);
        int safe = text.length();
        for (String stop : stops) {
            int found = text.indexOf(stop);
            safe = Math.min(safe, found >= 0 ? found : text.length() - startOf(stop));
        }
        return release(safe);
    }

    /**
     * Returns the rest of the text.
     *
     * @param length length of the whole text, without what follows a stop
     */
    String finish(int length) {
        return release(length);
    }

    private String release(int end) {
        String part = end > released ? text.substring(released, end) : "";
        released = Math.max(released, end);
        return part;
    }

    /** Returns the length of the longest end of the text that is a beginning of a stop text. */
    private int startOf(String stop) {
        for (int length = Math.min(stop.length() - 1, text.length()); length > 0; length--) {
            if (stop.startsWith(text.substring(text.length() - length))) {
                return length;
            }
        }
        return 0;
    }
}
