package org.limelm.train.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Different sums of numbers with equally many digits. Differences are not negative, and no question
 * appears twice.
 */
final class ArithmeticRecords {
    private static final int WRONG_CHOICES = 3;

    private ArithmeticRecords() {}

    static List<TaskRecord> of(TaskData.Arithmetic data) {
        List<TaskRecord> records = new ArrayList<>();
        for (TaskData.Operation operation : data.operations()) {
            for (int digits = data.minDigits(); digits <= data.maxDigits(); digits++) {
                int length = digits;
                records.addAll(
                        RecordRandom.distinct(
                                data.seed(),
                                operation.name() + digits,
                                "arithmetic, " + operation + ", " + digits + " digits",
                                Math.min(data.examples(), different(operation, digits)),
                                random -> fields(operation, length, random)));
            }
        }
        return records;
    }

    /** Returns the number of different questions. */
    private static long different(TaskData.Operation operation, int digits) {
        long operands = digits == 1 ? 10 : 9 * (long) Math.pow(10, digits - 1);
        return operation == TaskData.Operation.SUBTRACTION
                ? operands * (operands + 1) / 2 // the larger number comes first
                : operands * operands;
    }

    private static ObjectNode fields(
            TaskData.Operation operation, int digits, RecordRandom random) {
        long high = (long) Math.pow(10, digits) - 1;
        long low = digits == 1 ? 0 : (high + 1) / 10;
        long first = random.between(low, high);
        long second = random.between(low, high);
        boolean swapped = operation == TaskData.Operation.SUBTRACTION && second > first;
        long a = swapped ? second : first;
        long b = swapped ? first : second;
        String sign =
                switch (operation) {
                    case ADDITION -> "+";
                    case SUBTRACTION -> "-";
                    case MULTIPLICATION -> "*";
                };
        long answer =
                switch (operation) {
                    case ADDITION -> a + b;
                    case SUBTRACTION -> a - b;
                    case MULTIPLICATION -> a * b;
                };
        String question = a + " " + sign + " " + b + " =";
        return random.withChoices(question, Long.toString(answer), wrong(answer, random))
                .put("a", a)
                .put("b", b)
                .put("sign", sign)
                .put("operation", operation.name().toLowerCase(Locale.ROOT))
                .put("digits", digits);
    }

    /** Returns numbers near the answer: of similar length and not negative. */
    private static List<String> wrong(long answer, RecordRandom random) {
        Set<String> wrong = new LinkedHashSet<>();
        while (wrong.size() < WRONG_CHOICES) {
            long scale = answer >= 20 && random.between(0, 1) == 1 ? 10 : 1;
            long other = answer + scale * random.between(-5, 5);
            if (other >= 0 && other != answer) {
                wrong.add(Long.toString(other));
            }
        }
        return List.copyOf(wrong);
    }
}
