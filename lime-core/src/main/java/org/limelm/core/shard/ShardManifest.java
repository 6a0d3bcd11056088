package org.limelm.core.shard;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.text.Alignment;

/**
 * The manifest of a shard folder: {@code manifest.json}. It is written last, so a folder with a
 * manifest is complete.
 *
 * @param formatVersion 1
 * @param schema the features and their tag sets
 * @param annotation the part of the text from which the tags were computed
 * @param alignment how pieces are aligned with linguistic tokens
 * @param tokenizer the tokenizer that produced the pieces
 * @param annotator id of the tag models, their options and the version of the code that uses them
 * @param annotatorInfo what that id is computed from; empty in manifests of older versions
 * @param provenance informational entries, such as the LIME version; sorted by key
 * @param totals sums over the shards
 * @param shards in the order of their documents
 */
public record ShardManifest(
        int formatVersion,
        MetadataSchema schema,
        AnnotationMode annotation,
        Alignment alignment,
        TokenizerInfo tokenizer,
        String annotator,
        Optional<AnnotatorInfo> annotatorInfo,
        Map<String, String> provenance,
        Totals totals,
        List<ShardEntry> shards) {
    /** Name of the file. */
    public static final String FILE = "manifest.json";

    /**
     * Sums over shards.
     *
     * @param documents number of documents
     * @param tokens number of subword pieces
     * @param bytes UTF-8 bytes of text that the pieces cover
     */
    public record Totals(long documents, long tokens, long bytes) {
        static Totals of(List<ShardEntry> shards) {
            return new Totals(
                    sum(shards, ShardEntry::documents),
                    sum(shards, ShardEntry::tokens),
                    sum(shards, ShardEntry::bytes));
        }

        private static long sum(List<ShardEntry> shards, ToLongFunction<ShardEntry> count) {
            return shards.stream().mapToLong(count).sum();
        }
    }

    /**
     * Checks names and totals.
     *
     * @throws IllegalArgumentException if a shard is duplicated or the totals are not the sums
     */
    public ShardManifest {
        provenance = Collections.unmodifiableMap(new TreeMap<>(provenance));
        shards = List.copyOf(shards);
        Set<String> names = new HashSet<>();
        for (ShardEntry shard : shards) {
            if (!names.add(shard.file())) {
                throw new IllegalArgumentException("Duplicate shard '" + shard.file() + "'");
            }
        }
        if (!totals.equals(Totals.of(shards))) {
            throw new IllegalArgumentException(
                    totals + " are not the sums of the shards, " + Totals.of(shards));
        }
    }

    /** Returns a manifest of the current version with the totals of its shards. */
    public static ShardManifest of(
            MetadataSchema schema,
            AnnotationMode annotation,
            Alignment alignment,
            TokenizerInfo tokenizer,
            String annotator,
            Map<String, String> provenance,
            List<ShardEntry> shards) {
        return new ShardManifest(
                ShardFormat.VERSION,
                schema,
                annotation,
                alignment,
                tokenizer,
                annotator,
                Optional.empty(),
                provenance,
                Totals.of(shards),
                shards);
    }

    /** Returns a copy with what the annotator's id is computed from. */
    public ShardManifest withAnnotatorInfo(AnnotatorInfo info) {
        return new ShardManifest(
                formatVersion,
                schema,
                annotation,
                alignment,
                tokenizer,
                annotator,
                Optional.of(info),
                provenance,
                totals,
                shards);
    }

    /**
     * Reads a folder's manifest.
     *
     * @throws org.limelm.core.LimeException if there is none, or it is damaged or of a newer format
     */
    public static ShardManifest read(Path folder) {
        Path file = folder.resolve(FILE);
        JsonNode tree = Json.readTree(file);
        ShardFormat.requireKnownVersion(file.toString(), tree.path("formatVersion").asInt());
        return Json.convert(tree, ShardManifest.class, file.toString());
    }

    /**
     * Writes the manifest into a folder.
     *
     * @throws org.limelm.core.LimeException if the disk fails or is full
     */
    public void write(Path folder) {
        Json.write(folder.resolve(FILE), this);
    }

    /**
     * Returns a SHA-256 of everything that determines what a model learns from these shards:
     * schema, modes, tokenizer, annotator, and the hashes of all shards in order. The provenance is
     * not included.
     */
    public String fingerprint() {
        String shardHashes =
                shards.stream().map(ShardEntry::sha256).collect(Collectors.joining("\n"));
        return Sha256.of(
                String.join(
                        "\n",
                        schema.fingerprint(),
                        annotation.label(),
                        alignment.label(),
                        tokenizer.sha256(),
                        annotator,
                        shardHashes));
    }
}
