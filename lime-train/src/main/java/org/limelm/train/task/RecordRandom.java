package org.limelm.train.task;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.limelm.core.random.SplitMix64;

/** Random choices for one generated record: a pure function of the seed and the record's number. */
final class RecordRandom {
    private final long key;
    private long draws;

    RecordRandom(long seed, String group, long number) {
        key = SplitMix64.hash(seed, group.hashCode(), number);
    }

    /**
     * Returns records with different questions, in the order in which they were drawn.
     *
     * @param group group of the records, for their random choices
     * @param where origin of the records, for messages
     * @param count number of records; at least as many different questions must exist
     * @param fields draws the fields of a record, among them its question
     */
    static List<TaskRecord> distinct(
            long seed,
            String group,
            String where,
            long count,
            Function<RecordRandom, ObjectNode> fields) {
        List<TaskRecord> records = new ArrayList<>();
        Set<String> questions = new HashSet<>();
        for (long draw = 0; records.size() < count; draw++) {
            ObjectNode drawn = fields.apply(new RecordRandom(seed, group, draw));
            if (questions.add(drawn.path("question").asText())) {
                records.add(new TaskRecord(where + ", example " + records.size(), drawn));
            }
        }
        return records;
    }

    /** Returns a whole number from {@code low} to {@code high}, both included. */
    long between(long low, long high) {
        return low + SplitMix64.bounded(SplitMix64.hash(key, draws++), high - low + 1);
    }

    /** Returns some different elements in random order. */
    <T> List<T> pick(List<T> from, int count) {
        List<T> left = new ArrayList<>(from);
        List<T> picked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            picked.add(left.remove((int) between(0, left.size() - 1)));
        }
        return picked;
    }

    /** Returns a record with an answer among shuffled choices. */
    ObjectNode withChoices(String question, String answer, List<String> wrong) {
        List<String> choices = new ArrayList<>(wrong);
        choices.add(answer);
        List<String> shuffled = pick(choices, choices.size());
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        fields.put("question", question).put("answer", answer);
        ArrayNode texts = fields.putArray("choices");
        shuffled.forEach(texts::add);
        return fields.put("label", shuffled.indexOf(answer));
    }
}
