package org.limelm.train.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.LongStream;

/** Questions whose answers follow from their text. No question appears twice. */
final class ReasoningRecords {
    private static final List<String> NAMES =
            List.of(
                    "Anna", "Ben", "Carl", "David", "Emma", "Frank", "Grace", "Henry", "James",
                    "John", "Kate", "Laura", "Mary", "Paul", "Peter", "Robert", "Sarah", "Thomas",
                    "William");
    private static final List<String> THINGS =
            List.of("apples", "books", "coins", "dogs", "flowers", "horses", "letters", "ships");
    private static final List<String> ORDERS =
            List.of(
                    "taller tallest shortest",
                    "older oldest youngest",
                    "faster fastest slowest",
                    "richer richest poorest");
    private static final List<String> DAYS =
            List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
    private static final List<String> MONTHS =
            List.of(
                    "January",
                    "February",
                    "March",
                    "April",
                    "May",
                    "June",
                    "July",
                    "August",
                    "September",
                    "October",
                    "November",
                    "December");
    private static final List<String> NUMBERS = List.of("one", "two", "three", "four", "five");
    private static final int DATE_CHOICES = 4;

    /** Numbers of things in questions that compare two of them. */
    private static final List<Long> COMPARED = LongStream.rangeClosed(2, 99).boxed().toList();

    /** The most things of a kind in questions that count them. */
    private static final int MOST_COUNTED = 9;

    private ReasoningRecords() {}

    static List<TaskRecord> of(TaskData.Reasoning data) {
        List<TaskRecord> records = new ArrayList<>();
        for (TaskData.Kind kind : data.kinds()) {
            String name = kind.name().toLowerCase(Locale.ROOT);
            records.addAll(
                    RecordRandom.distinct(
                            data.seed(),
                            name,
                            "reasoning, " + name,
                            Math.min(data.examples(), different(kind)),
                            random -> fields(kind, random).put("kind", name)));
        }
        return records;
    }

    /** Returns the number of different questions. */
    private static long different(TaskData.Kind kind) {
        return switch (kind) {
            case COMPARISON -> // more or fewer
                    2 * ordered(NAMES, 2) * ordered(COMPARED, 2) * THINGS.size();
            case TRANSITIVITY -> // two orders of the facts; the first or the last
                    2 * 2 * ordered(NAMES, 3) * ORDERS.size();
            case COUNTING -> ordered(THINGS, 3) * MOST_COUNTED * MOST_COUNTED * MOST_COUNTED;
            case DATES -> (long) (DAYS.size() + MONTHS.size()) * NUMBERS.size();
        };
    }

    /** Returns the number of sequences of different elements. */
    private static long ordered(List<?> from, int length) {
        long sequences = 1;
        for (int i = 0; i < length; i++) {
            sequences *= from.size() - i;
        }
        return sequences;
    }

    private static ObjectNode fields(TaskData.Kind kind, RecordRandom random) {
        return switch (kind) {
            case COMPARISON -> comparison(random);
            case TRANSITIVITY -> transitivity(random);
            case COUNTING -> counting(random);
            case DATES -> dates(random);
        };
    }

    private static ObjectNode comparison(RecordRandom random) {
        List<String> names = random.pick(NAMES, 2);
        List<Long> counts = random.pick(COMPARED, names.size());
        String thing = random.pick(THINGS, 1).get(0);
        boolean more = random.between(0, 1) == 1;
        int right = (counts.get(0) > counts.get(1)) == more ? 0 : 1;
        String question =
                String.format(
                        Locale.ROOT,
                        "%s has %d %s. %s has %d %s. The one who has %s %s is",
                        names.get(0),
                        counts.get(0),
                        thing,
                        names.get(1),
                        counts.get(1),
                        thing,
                        more ? "more" : "fewer",
                        thing);
        return tagged(
                random.withChoices(question, names.get(right), List.of(names.get(1 - right))),
                "NNP|PROPN",
                "PERSON");
    }

    private static ObjectNode transitivity(RecordRandom random) {
        List<String> names = random.pick(NAMES, 3); // first to last
        String[] words = random.pick(ORDERS, 1).get(0).split(" ");
        List<String> facts =
                random.pick(
                        List.of(
                                names.get(0) + " is " + words[0] + " than " + names.get(1) + ".",
                                names.get(1) + " is " + words[0] + " than " + names.get(2) + "."),
                        2);
        boolean first = random.between(0, 1) == 1;
        String answer =
                names.get(first ? 0 : 2); // the middle one, named twice, never is: no choice
        String question = String.join(" ", facts) + " The " + words[first ? 1 : 2] + " is";
        List<String> wrong = List.of(names.get(first ? 2 : 0));
        return tagged(random.withChoices(question, answer, wrong), "NNP|PROPN", "PERSON");
    }

    private static ObjectNode counting(RecordRandom random) {
        List<String> things = random.pick(THINGS, 3);
        long[] counts = {
            random.between(1, MOST_COUNTED),
            random.between(1, MOST_COUNTED),
            random.between(1, MOST_COUNTED)
        };
        long answer = LongStream.of(counts).sum();
        String question =
                String.format(
                        Locale.ROOT,
                        "There are %d %s, %d %s and %d %s. The number of things is",
                        counts[0],
                        things.get(0),
                        counts[1],
                        things.get(1),
                        counts[2],
                        things.get(2));
        Set<String> wrong = new LinkedHashSet<>();
        while (wrong.size() < 3) {
            long other = answer + random.between(-4, 4);
            if (other > 0 && other != answer) {
                wrong.add(Long.toString(other));
            }
        }
        return tagged(
                random.withChoices(question, Long.toString(answer), List.copyOf(wrong)),
                "CD|NUM",
                "CARDINAL");
    }

    private static ObjectNode dates(RecordRandom random) {
        boolean days = random.between(0, 1) == 1;
        List<String> cycle = days ? DAYS : MONTHS;
        int start = (int) random.between(0, cycle.size() - 1);
        int steps = (int) random.between(1, NUMBERS.size());
        String answer = cycle.get((start + steps) % cycle.size());
        String question =
                String.format(
                        Locale.ROOT,
                        "Today is %s%s. In %s %s%s it will be",
                        days ? "" : "the first of ",
                        cycle.get(start),
                        NUMBERS.get(steps - 1),
                        days ? "day" : "month",
                        steps == 1 ? "" : "s");
        List<String> others = cycle.stream().filter(name -> !name.equals(answer)).toList();
        return tagged(
                random.withChoices(
                        days ? question : question + " the first of",
                        answer,
                        random.pick(others, DATE_CHOICES - 1)),
                "NNP|PROPN",
                "DATE");
    }

    private static ObjectNode tagged(ObjectNode fields, String pos, String ner) {
        return fields.put("pos", pos).put("ner", ner);
    }
}
