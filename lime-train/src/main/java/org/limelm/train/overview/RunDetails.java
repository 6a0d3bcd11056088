package org.limelm.train.overview;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.limelm.core.LimeException;
import org.limelm.core.shard.ShardManifest;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.SourceConfig;
import org.limelm.train.internal.table.TextTable;
import org.limelm.train.record.EvaluationEntry;
import org.limelm.train.record.RunEnvironment;

/**
 * What a run folder says about one run.
 *
 * @param summary the run in one line
 * @param config keys whose values differ from the defaults
 * @param parts machine and versions of each start or resume, oldest first
 * @param data the shards
 * @param checkpoints steps of the checkpoints, latest first
 * @param evaluations evaluations during training, oldest first
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record RunDetails(
        RunSummary summary,
        Map<String, JsonNode> config,
        List<RunEnvironment> parts,
        List<Shards> data,
        List<Long> checkpoints,
        List<EvaluationEntry> evaluations) {

    /**
     * A folder of shards.
     *
     * @param folder where it was
     * @param annotation annotation mode of its tags; empty if it is not there any more
     * @param totals its size; empty if it is not there any more
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Shards(
            Path folder, Optional<String> annotation, Optional<ShardManifest.Totals> totals) {
        static Shards of(SourceConfig source) {
            try {
                ShardManifest manifest = ShardManifest.read(source.path());
                return new Shards(
                        source.path(),
                        Optional.of(manifest.annotation().label()),
                        Optional.of(manifest.totals()));
            } catch (LimeException e) {
                return new Shards(source.path(), Optional.empty(), Optional.empty());
            }
        }

        String line() {
            return totals.map(
                            size ->
                                    String.format(
                                            Locale.ROOT,
                                            "%s: %,d documents, %,d tokens, %,d bytes, tags %s",
                                            folder,
                                            size.documents(),
                                            size.tokens(),
                                            size.bytes(),
                                            annotation.orElse("unknown")))
                    .orElse(folder + ": not there, or not readable");
        }
    }

    /** Reads a run folder. Never fails: what cannot be read is a problem of the run. */
    public static RunDetails of(Path folder) {
        RunFiles files = RunFiles.read(folder);
        Map<String, JsonNode> config = new LinkedHashMap<>();
        files.config()
                .ifPresent(
                        read ->
                                ConfigDifference.fromDefaults(folder.toString(), read)
                                        .keys()
                                        .forEach(key -> config.put(key.key(), key.second())));
        return new RunDetails(
                RunSummary.of(files),
                config,
                files.history(),
                files.config().map(RunDetails::data).orElse(List.of()),
                files.checkpoints(),
                files.evaluations());
    }

    private static List<Shards> data(RunConfig config) {
        return config.data().shards().stream().map(Shards::of).toList();
    }

    /** Returns the details as text. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        text.append(TextTable.of(RunSummary.HEADER, List.of(summary.cells())));
        summary.problems()
                .forEach(problem -> text.append("damaged: ").append(problem).append('\n'));
        section(text, "Configuration (what differs from the defaults)");
        List<List<String>> keys = new ArrayList<>();
        config.forEach(
                (key, value) ->
                        keys.add(
                                List.of(
                                        key,
                                        value.isTextual() ? value.textValue() : value.toString())));
        text.append(TextTable.ofWords(List.of("key", "value"), keys));
        section(text, "Data");
        data.forEach(shards -> text.append(shards.line()).append('\n'));
        section(text, "Machine, at each start or resume");
        parts.forEach(part -> text.append(line(part)).append('\n'));
        section(text, "Evaluations");
        text.append(
                TextTable.of(
                        List.of("step", "tokens", "loss", "perplexity", "bits/byte", "accuracy"),
                        evaluations.stream().map(RunDetails::cells).toList()));
        text.append("\nCheckpoints at steps ").append(checkpoints).append('\n');
        return text.toString();
    }

    private static void section(StringBuilder text, String title) {
        text.append('\n').append(title).append('\n');
    }

    private static String line(RunEnvironment part) {
        return String.format(
                Locale.ROOT,
                "step %,d, %s: %s, %s, %s, %d threads, %d processes; LIME %s (%s), Java %s, %s",
                part.step(),
                part.started(),
                part.host(),
                part.processor().isEmpty() ? part.os() : part.processor(),
                part.device(),
                part.threads(),
                part.processes(),
                part.lime(),
                part.revision(),
                part.java(),
                part.engine());
    }

    private static List<String> cells(EvaluationEntry entry) {
        return List.of(
                Long.toString(entry.step()),
                String.format(Locale.ROOT, "%,d", entry.tokens()),
                String.format(Locale.ROOT, "%.4f", entry.result().loss()),
                String.format(Locale.ROOT, "%.2f", entry.result().perplexity()),
                String.format(Locale.ROOT, "%.4f", entry.result().bitsPerByte()),
                String.format(Locale.ROOT, "%.4f", entry.result().accuracy()));
    }
}
