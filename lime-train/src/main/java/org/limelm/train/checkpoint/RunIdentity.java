package org.limelm.train.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Retired;
import org.limelm.core.io.Json;
import org.limelm.train.config.InitialModel;
import org.limelm.train.config.RunConfig;
import org.limelm.train.data.TrainingData;
import org.limelm.train.distributed.Team;

/**
 * The settings that determine the result of a run, as flat keys: the configuration without keys
 * that only affect monitoring or locations, plus the fingerprints of shards, tags and tokenizer.
 */
public final class RunIdentity {
    /** Keys that may change when a run is resumed. */
    private static final Pattern CHANGEABLE =
            Pattern.compile(
                    "(checkpoint|evaluation|logging|distributed|run)\\..*|init\\.from"
                            + "|data\\.(corpus|textField|textSeparator|filter|tokenizer|annotator|work|prefetch|allowMismatch|verify|maxBadFraction|unitCharacters)(\\..*)?"
                            + "|data\\.(shards\\.\\d+\\.path|validation\\.\\d+)"
                            + "|training\\.(device|threads|recompute|deterministic|dryRun|onNonFinite|globalBatchTokens)");

    private static final String STEPS_KEY = "training.steps";

    /** The number of steps, whichever key gives it; absent in checkpoints of older versions. */
    private static final String TOTAL_STEPS = "training.totalSteps";

    /** Keys that give the length of a run. */
    private static final List<String> LENGTH_KEYS =
            List.of(STEPS_KEY, "training.tokens", "training.budget", TOTAL_STEPS);

    private static final String PROCESSES_KEY = "training.processes";

    /** Keys that divide the rows of a step. */
    private static final List<String> DIVISION_KEYS =
            List.of("training.batchSize", "training.accumulation", PROCESSES_KEY);

    private RunIdentity() {}

    /** Returns the identity of a run with the given number of processes. */
    public static Map<String, String> of(RunConfig config, TrainingData data, int processes) {
        Map<String, String> identity = settings(config, processes);
        identity.put("tokenizer.sha256", data.tokenizer().sha256());
        identity.put("schema.fingerprint", data.schema().fingerprint());
        List<String> shards = data.fingerprints();
        for (int i = 0; i < shards.size(); i++) {
            identity.put("shards." + i + ".fingerprint", shards.get(i));
        }
        return identity;
    }

    /**
     * Returns the part of the identity that the configuration determines, without opening the data.
     */
    public static Map<String, String> settings(RunConfig config, int processes) {
        Map<String, String> identity = new TreeMap<>();
        flatten("", tree(config), identity);
        identity.keySet().removeIf(key -> CHANGEABLE.matcher(key).matches());
        identity.put(PROCESSES_KEY, Integer.toString(processes));
        identity.put(
                TOTAL_STEPS,
                Long.toString(config.training().totalSteps(config.model(), processes)));
        identity.put(
                "data.separateValidation", Boolean.toString(!config.data().validation().isEmpty()));
        InitialModel.of(config)
                .ifPresent(initial -> identity.put("init.weights", initial.weightsSha256()));
        return identity;
    }

    private static JsonNode tree(RunConfig config) {
        return Json.parse(Json.toLine(config), JsonNode.class, "configuration");
    }

    private static void flatten(String prefix, JsonNode node, Map<String, String> into) {
        if (node.isObject()) {
            node.properties()
                    .forEach(
                            entry -> flatten(join(prefix, entry.getKey()), entry.getValue(), into));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                flatten(join(prefix, Integer.toString(i)), node.get(i), into);
            }
        } else {
            into.put(prefix, node.asText());
        }
    }

    private static String join(String prefix, String key) {
        return prefix.isEmpty() ? key : prefix + "." + key;
    }

    /**
     * Checks that all processes of a team have the same identity.
     *
     * @throws ConfigException in a process whose identity differs from the leader's
     */
    public static void requireThatOfLeader(Map<String, String> own, Team team) {
        String leaders = team.broadcastFromLeader(() -> Json.toLine(own));
        Map<String, String> expected = new TreeMap<>();
        flatten("", Json.parse(leaders, JsonNode.class, "identity"), expected);
        List<String> lines = difference(expected, own);
        if (!lines.isEmpty()) {
            throw new ConfigException(
                    "[rank %d] settings differ from rank 0 (was = rank 0, is = this rank):%n  %s%nHint: start all ranks with the same command and the same data"
                            .formatted(team.rank(), String.join("\n  ", lines)));
        }
        team.await();
    }

    /**
     * Returns whether the only difference is a larger number of steps, given as steps, as tokens or
     * by a budget.
     */
    public static boolean isExtension(Map<String, String> saved, Map<String, String> current) {
        return differsInLengthOnly(saved, current) && length(current) > length(saved);
    }

    /** Returns whether the only difference is a smaller number of steps. */
    public static boolean isShortening(Map<String, String> saved, Map<String, String> current) {
        return differsInLengthOnly(saved, current) && length(current) < length(saved);
    }

    private static boolean differsInLengthOnly(
            Map<String, String> saved, Map<String, String> current) {
        Map<String, String> ofCurrentLength = new TreeMap<>(saved);
        for (String key : LENGTH_KEYS) {
            ofCurrentLength.put(key, current.getOrDefault(key, "0"));
        }
        return difference(ofCurrentLength, current).isEmpty();
    }

    private static long length(Map<String, String> identity) {
        String steps = identity.getOrDefault(STEPS_KEY, "0");
        return Long.parseLong(identity.getOrDefault(TOTAL_STEPS, steps));
    }

    /**
     * Returns one line per key that differs, in alphabetical order. The division of rows into micro
     * steps and processes may differ if the number of rows per step is the same, and the number of
     * steps may be given by another key. A key that the saved identity lacks has its default value.
     */
    public static List<String> difference(Map<String, String> saved, Map<String, String> current) {
        TreeSet<String> keys = new TreeSet<>(saved.keySet());
        keys.addAll(current.keySet());
        keys.removeIf(key -> CHANGEABLE.matcher(key).matches()); // of older versions
        retired()
                .forEach(
                        (key, value) -> {
                            if (value.equals(saved.get(key)) && !current.containsKey(key)) {
                                keys.remove(key);
                            }
                        });
        if (rowsPerStep(saved) == rowsPerStep(current)) {
            keys.removeAll(DIVISION_KEYS);
        }
        if (length(saved) == length(current)) {
            keys.removeAll(LENGTH_KEYS);
        } else if (!saved.containsKey(TOTAL_STEPS)) {
            keys.remove(TOTAL_STEPS);
        }
        Map<String, String> defaults = new TreeMap<>(); // of keys that older versions did not have
        flatten("", tree(RunConfig.defaults()), defaults);
        List<String> lines = new ArrayList<>();
        for (String key : keys) {
            String before = saved.getOrDefault(key, defaults.getOrDefault(key, "(absent)"));
            String now = current.getOrDefault(key, "(absent)");
            if (!before.equals(now)) {
                lines.add(String.format(Locale.ROOT, "%s: was %s, is %s", key, before, now));
            }
        }
        return lines;
    }

    /** Returns the keys of older versions with the values that need none now. */
    private static Map<String, String> retired() {
        Map<String, String> retired = new TreeMap<>();
        for (RecordComponent group : RunConfig.class.getRecordComponents()) {
            for (Retired key : group.getType().getAnnotationsByType(Retired.class)) {
                retired.put(join(group.getName(), key.key()), key.value());
            }
        }
        return retired;
    }

    private static long rowsPerStep(Map<String, String> identity) {
        long rows = 1;
        for (String key : DIVISION_KEYS) {
            rows *= Long.parseLong(identity.getOrDefault(key, "1"));
        }
        return rows;
    }
}
