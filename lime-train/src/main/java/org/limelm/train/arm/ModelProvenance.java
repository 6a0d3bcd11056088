package org.limelm.train.arm;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.model.weights.ModelDescription;

/**
 * The provenance of a trained model, as recorded in its folder's {@code config.json}.
 *
 * @param arm arm of the comparison
 * @param annotation annotation mode of the tags it was trained on
 * @param tokenizerSha256 hash of its {@code tokenizer.json}
 * @param endOfTextId id of the token that ends a document
 * @param schemaFingerprint fingerprint of the annotated features
 * @param annotator id of the tag models and their options; empty for models of older versions
 * @param annotatorModels SHA-256 of each tag model, by file name
 * @param metadata the annotated features as a configuration names them, with their options; empty
 *     if no configuration describes the annotators, and for models of older versions
 * @param documentMask whether attention was limited to documents; false for models of older
 *     versions
 * @param step optimizer steps taken
 * @param tokens tokens trained on
 */
public record ModelProvenance(
        Arm arm,
        AnnotationMode annotation,
        String tokenizerSha256,
        int endOfTextId,
        String schemaFingerprint,
        Optional<String> annotator,
        Map<String, String> annotatorModels,
        Optional<List<String>> metadata,
        boolean documentMask,
        long step,
        long tokens) {
    private static final String ANNOTATOR = "annotator.id";
    private static final String METADATA = "metadata";
    private static final String DOCUMENT_MASK = "documentMask";
    private static final String ANNOTATOR_MODEL = "annotator.model.";

    /** Copies the hashes. */
    public ModelProvenance {
        metadata = metadata.map(List::copyOf);
        annotatorModels = Collections.unmodifiableMap(new TreeMap<>(annotatorModels));
    }

    /**
     * Reads the provenance of a model trained by LIME.
     *
     * @throws LimeException if an entry is missing
     */
    public static ModelProvenance of(ModelDescription description) {
        return of(description.provenance());
    }

    /**
     * Reads the entries of a provenance.
     *
     * @throws LimeException if an entry is missing
     */
    public static ModelProvenance of(Map<String, String> entries) {
        return new ModelProvenance(
                Arm.of(entry(entries, "arm")),
                AnnotationMode.of(entry(entries, "annotation")),
                entry(entries, "tokenizer.sha256"),
                Integer.parseInt(entry(entries, "tokenizer.endOfTextId")),
                entry(entries, "schema.fingerprint"),
                Optional.ofNullable(entries.get(ANNOTATOR)),
                annotatorModels(entries),
                Optional.ofNullable(entries.get(METADATA))
                        .map(json -> List.of(Json.parse(json, String[].class, METADATA))),
                Boolean.parseBoolean(entries.get(DOCUMENT_MASK)),
                Long.parseLong(entry(entries, "step")),
                Long.parseLong(entry(entries, "tokens")));
    }

    private static Map<String, String> annotatorModels(Map<String, String> entries) {
        Map<String, String> models = new TreeMap<>();
        entries.forEach(
                (key, hash) -> {
                    if (key.startsWith(ANNOTATOR_MODEL)) {
                        models.put(key.substring(ANNOTATOR_MODEL.length()), hash);
                    }
                });
        return models;
    }

    private static String entry(Map<String, String> entries, String key) {
        String value = entries.get(key);
        if (value == null) {
            throw new LimeException(
                    "[model] config.json has no provenance entry '"
                            + key
                            + "', expected a model trained by LIME");
        }
        return value;
    }

    /** Returns the entries to store with the model. */
    public Map<String, String> entries() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("arm", arm.label());
        entries.put("annotation", annotation.label());
        entries.put("tokenizer.sha256", tokenizerSha256);
        entries.put("tokenizer.endOfTextId", Integer.toString(endOfTextId));
        entries.put("schema.fingerprint", schemaFingerprint);
        annotator.ifPresent(id -> entries.put(ANNOTATOR, id));
        annotatorModels.forEach((file, hash) -> entries.put(ANNOTATOR_MODEL + file, hash));
        metadata.ifPresent(features -> entries.put(METADATA, Json.toLine(features)));
        entries.put(DOCUMENT_MASK, Boolean.toString(documentMask));
        entries.put("step", Long.toString(step));
        entries.put("tokens", Long.toString(tokens));
        return entries;
    }

    /** Returns a copy with another tokenizer. */
    public ModelProvenance withTokenizer(String sha256, int endOfText) {
        return new ModelProvenance(
                arm,
                annotation,
                sha256,
                endOfText,
                schemaFingerprint,
                annotator,
                annotatorModels,
                metadata,
                documentMask,
                step,
                tokens);
    }

    /** Returns the arm with its annotation mode: {@code lime/causal}, or {@code baseline}. */
    public String armLabel() {
        return arm.label(annotation);
    }
}
