package org.limelm.train.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The origin of a row: the documents whose tokens it holds, in order.
 *
 * @param source name of their source
 * @param documents ordinals of the documents in the source
 * @param start position of the row's first token within the first document
 */
@SuppressWarnings("ArrayRecordComponent") // ordinals; identity is not used
public record RowOrigin(String source, int[] documents, long start) {
    /** Returns {@code source:document} for each document, for messages. */
    public List<String> names() {
        return Arrays.stream(documents).mapToObj(document -> source + ":" + document).toList();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "RowOrigin[%s, from token %d]", String.join(", ", names()), start);
    }
}
