package org.limelm.train.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.limelm.core.ConfigException;
import org.limelm.core.io.Json;
import org.limelm.train.config.RunConfig;
import org.limelm.train.data.TrainingData;
import org.limelm.train.distributed.Team;

/**
 * What decides the result of a run, as flat keys: the configuration without what only decides how
 * it is observed or where it lies, and the fingerprints of shards, tags and tokenizer.
 */
public final class RunIdentity {
    /** Keys that may differ between the parts of one run. */
    private static final Pattern FREE =
            Pattern.compile(
                    "(checkpoint|evaluation|logging|distributed|run)\\..*"
                            + "|data\\.(corpus|textField|tokenizer|annotator|work|prefetch|allowMismatch)(\\..*)?"
                            + "|data\\.(shards\\.\\d+\\.path|validation\\.\\d+)"
                            + "|training\\.(device|threads|onNonFinite)");

    private static final String STEPS = "training.steps";
    private static final String PROCESSES = "training.processes";

    /** Keys that say how the rows of a step are divided. */
    private static final List<String> DIVISION =
            List.of("training.batchSize", "training.accumulation", PROCESSES);

    private RunIdentity() {}

    /** Returns the identity of a run of a number of processes. */
    public static Map<String, String> of(RunConfig config, TrainingData data, int processes) {
        Map<String, String> identity = new TreeMap<>();
        JsonNode tree = Json.parse(Json.toLine(config), JsonNode.class, "configuration");
        flatten("", tree, identity);
        identity.keySet().removeIf(key -> FREE.matcher(key).matches());
        identity.put(PROCESSES, Integer.toString(processes));
        identity.put("data.ownValidation", Boolean.toString(!config.data().validation().isEmpty()));
        identity.put("tokenizer.sha256", data.tokenizer().sha256());
        identity.put("schema.fingerprint", data.schema().fingerprint());
        List<String> shards = data.fingerprints();
        for (int i = 0; i < shards.size(); i++) {
            identity.put("shards." + i + ".fingerprint", shards.get(i));
        }
        return identity;
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
     * Checks that all processes of a team do the same.
     *
     * @throws ConfigException in a process that is set up otherwise than the leader
     */
    public static void requireThatOfLeader(Map<String, String> own, Team team) {
        String leaders = team.broadcastFromLeader(() -> Json.toLine(own));
        Map<String, String> expected = new TreeMap<>();
        flatten("", Json.parse(leaders, JsonNode.class, "identity"), expected);
        List<String> lines = difference(expected, own);
        if (!lines.isEmpty()) {
            throw new ConfigException(
                    "[rank %d] is not set up as rank 0 (was = rank 0, is = here):%n  %s%nHint: start all ranks with the same command, on the same data"
                            .formatted(team.rank(), String.join("\n  ", lines)));
        }
        team.await();
    }

    /** Returns whether the only difference is a larger number of steps. */
    public static boolean isExtension(Map<String, String> saved, Map<String, String> current) {
        long before = Long.parseLong(saved.getOrDefault(STEPS, "0"));
        long now = Long.parseLong(current.getOrDefault(STEPS, "0"));
        Map<String, String> longer = new TreeMap<>(saved);
        longer.put(STEPS, Long.toString(now));
        return now > before && difference(longer, current).isEmpty();
    }

    /**
     * Returns one line per key that differs, in the order of the keys. Steps of as many rows are
     * the same, however their rows are divided into micro steps and processes.
     */
    public static List<String> difference(Map<String, String> saved, Map<String, String> current) {
        TreeSet<String> keys = new TreeSet<>(saved.keySet());
        keys.addAll(current.keySet());
        if (rowsPerStep(saved) == rowsPerStep(current)) {
            keys.removeAll(DIVISION);
        }
        List<String> lines = new ArrayList<>();
        for (String key : keys) {
            String before = saved.getOrDefault(key, "(absent)");
            String now = current.getOrDefault(key, "(absent)");
            if (!before.equals(now)) {
                lines.add(String.format(Locale.ROOT, "%s: was %s, is %s", key, before, now));
            }
        }
        return lines;
    }

    private static long rowsPerStep(Map<String, String> identity) {
        long rows = 1;
        for (String key : DIVISION) {
            rows *= Long.parseLong(identity.getOrDefault(key, "1"));
        }
        return rows;
    }
}
