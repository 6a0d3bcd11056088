package org.limelm.train.task;

import java.util.List;
import java.util.Optional;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** Where the examples of a task come from: each is a record of named fields. */
public sealed interface TaskData {
    /** A file of JSON lines, one example each. */
    record Jsonl(
            @Doc(
                            "data file, relative to --data or to the folder of the task file; .gz and .zst versions of it are found too")
                    String path,
            @Doc("replacements in every text of a record, in order")
                    Optional<List<Replacement>> replace)
            implements TaskData {}

    /**
     * A file of requests, one line per continuation: {@code doc_id}, {@code idx}, {@code label} and
     * {@code context} and {@code continuation}, at the top or in {@code request}. An example has
     * the fields {@code context}, {@code continuations}, {@code label} and, if the file holds
     * copies with {@code doc_id} of 1,000,000 and more, their context as {@code unconditional}.
     */
    record Requests(
            @Doc(
                            "file of requests, relative to --data or to the folder of the task file; .gz and .zst versions of it are found too")
                    String path)
            implements TaskData {}

    /**
     * Generated sums: an example has the fields {@code a}, {@code b}, {@code sign}, {@code
     * operation}, {@code digits}, {@code question}, {@code answer}, {@code choices} and {@code
     * label}.
     */
    record Arithmetic(
            @Doc("operations of the examples") List<Operation> operations,
            @Doc("fewest digits of both operands") int minDigits,
            @Doc("most digits of both operands, at most 9") int maxDigits,
            @Doc("number of examples per operation and number of digits, or all if there are fewer")
                    int examples,
            @Doc("seed of the examples") long seed)
            implements TaskData {
        /** Checks the ranges. */
        public Arithmetic {
            operations = List.copyOf(operations);
            if (operations.isEmpty()
                    || minDigits < 1
                    || maxDigits < minDigits
                    || maxDigits > 9
                    || examples < 1) {
                throw new ConfigException(
                        "[data] operations %s, digits %d to %d, %d examples, expected an operation, 1 to 9 digits, at least 1 example"
                                .formatted(operations, minDigits, maxDigits, examples));
            }
        }

        /** Returns the default values. */
        public static Arithmetic defaults() {
            return new Arithmetic(List.of(Operation.values()), 1, 4, 100, 1);
        }
    }

    /**
     * Generated questions whose answers follow from their text. The fields of an example are listed
     * in docs/tasks.md.
     */
    record Reasoning(
            @Doc("kinds of questions") List<Kind> kinds,
            @Doc("number of examples per kind, or all if there are fewer") int examples,
            @Doc("seed of the examples") long seed)
            implements TaskData {
        /** Checks the ranges. */
        public Reasoning {
            kinds = List.copyOf(kinds);
            if (kinds.isEmpty() || examples < 1) {
                throw new ConfigException(
                        "[data] kinds %s, %d examples, expected at least 1 of each"
                                .formatted(kinds, examples));
            }
        }

        /** Returns the default values. */
        public static Reasoning defaults() {
            return new Reasoning(List.of(Kind.values()), 250, 1);
        }
    }

    /** A replacement in the texts of a record. */
    record Replacement(
            @Doc("regular expression") String pattern, @Doc("its replacement") String with) {}

    /** An operation on two numbers. */
    enum Operation {
        ADDITION,
        SUBTRACTION,
        MULTIPLICATION
    }

    /** A kind of generated question. */
    enum Kind {
        /** Which of two numbers is larger or smaller. */
        COMPARISON,
        /** The first or last of three things, of which two pairs are compared. */
        TRANSITIVITY,
        /** How many things there are in all. */
        COUNTING,
        /** Which day or month comes some days or months later. */
        DATES
    }
}
