package org.limelm.train.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.limelm.core.LimeException;

/**
 * The fields of an example, before templates turn them into texts.
 *
 * @param where its origin, for messages: {@code file:line}
 * @param fields the fields
 */
record TaskRecord(String where, ObjectNode fields) {
    /** Returns a copy with one more field. */
    TaskRecord with(String field, String value) {
        return new TaskRecord(
                where, fields.objectNode().<ObjectNode>setAll(fields).put(field, value));
    }

    /** Returns the exception for a record that does not fit the task. */
    LimeException malformed(String problem) {
        return new LimeException("[" + where + "] " + problem);
    }

    List<String> names() {
        List<String> names = new ArrayList<>();
        fields.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
