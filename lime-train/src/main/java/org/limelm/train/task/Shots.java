package org.limelm.train.task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.limelm.core.LimeException;

/** Draws the solved examples before a prompt: a function of the seed and the example's number. */
final class Shots {
    /** Draws per shot before giving up: the pool then holds little but the example itself. */
    private static final int MAX_DRAWS = 100;

    private final FewShot options;
    private final int count;
    private final AnswerTemplates templates;
    private final Function<TaskRecord, String> group;
    private final Map<String, List<TaskRecord>> pools = new LinkedHashMap<>();

    /**
     * Prepares a pool.
     *
     * @param count number of solved examples per prompt
     * @param group the group of a record
     */
    Shots(
            FewShot options,
            int count,
            List<TaskRecord> pool,
            AnswerTemplates templates,
            Function<TaskRecord, String> group) {
        this.options = options;
        this.count = count;
        this.templates = templates;
        this.group = group;
        if (count > 0) {
            for (TaskRecord record : pool) {
                pools.computeIfAbsent(key(record), key -> new ArrayList<>()).add(record);
            }
        }
    }

    private String key(TaskRecord record) {
        return options.sameGroup() ? group.apply(record) : "";
    }

    /**
     * Returns the text before the prompt; empty without solved examples.
     *
     * @param number number of the example in its task
     * @throws LimeException if there are too few other examples
     */
    String before(TaskRecord record, long number) {
        if (count == 0) {
            return "";
        }
        List<TaskRecord> pool = pools.getOrDefault(key(record), List.of());
        String own = templates.solved(record);
        RecordRandom random = new RecordRandom(options.seed(), "shots", number);
        Set<String> solved = new LinkedHashSet<>();
        for (int draw = 0; solved.size() < count; draw++) {
            if (draw == MAX_DRAWS * count || pool.isEmpty()) {
                throw new LimeException(
                        "[%s] fewer than %d other examples to draw from a pool of %d. Hint: lower --shots or fewShot.count"
                                .formatted(record.where(), count, pool.size()));
            }
            TaskRecord drawn = pool.get((int) random.between(0, pool.size() - 1));
            String text = templates.solved(drawn);
            if (!text.equals(own)) {
                solved.add(text + options.separator());
            }
        }
        return String.join("", solved);
    }
}
