package org.limelm.train.arm;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.text.Alignment;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.decoder.TagHeadConfig;

/**
 * An arm of a comparison: how text is split, which metadata tables the model has, and whose tags a
 * position reads. The arms of a comparison share everything else. {@link #presets} holds the arms
 * that the literature and the reports name; every other arm is labelled by its closest preset and
 * the differences: {@code lime(shift=-1)}.
 *
 * <p>A configuration gives either a name, {@code arm: lime}, or keys, {@code arm: {preset: lime,
 * shift: -1, source: {kind: noise, share: 0.1}}}.
 */
@RecordBuilder
public record Arm(
        @Doc("linguistic (subwords inside words) or plain (the subword tokenizer alone)")
                Alignment split,
        @Doc("features that become tables of the model: all, none, or names such as [pos, ner]")
                List<String> features,
        @Doc("annotation mode of the tags; overrides the run's annotation key")
                Optional<AnnotationMode> annotation,
        @Doc(
                        "whose tags a position reads: 0 = those of its own token, 1 = of the next token (LIME+1), -1 = of the previous token")
                int shift,
        @Doc(
                        "observed (as annotated), shuffled (permuted across the corpus), or noise (a share of the tags is replaced)")
                TagSource source,
        @Doc(
                        "probability of dropping the tags of a training token, or SHARE:rising (to 1 at the last step); a model trained so works with and without tags")
                TagDropout dropout,
        @Doc(
                        "objective of predicting the tags of the next token: its weight, or WEIGHT:falling; 0 = off")
                NextTags nextTags)
        implements ArmBuilder.With {
    /** The value of {@link #features} that selects a table for every annotated feature. */
    public static final String ALL = "all";

    private static final String NONE = "none";

    /** The subword tokenizer alone: no linguistic splits and no tables. */
    public static final Arm PLAIN = preset(Alignment.PLAIN, List.of(), 0, TagSource.observed());

    /** Linguistic splits but no tables: sees the same tokens as every arm below. */
    public static final Arm BASELINE = preset(List.of(), 0);

    /** Every position reads its own token's tags. */
    public static final Arm LIME = preset(List.of(ALL), 0);

    /** Every position reads the tags of the next token. */
    public static final Arm LIME_PLUS_1 = preset(List.of(ALL), 1);

    /** {@link #LIME} with part-of-speech tags only. */
    public static final Arm LIME_POS = preset(List.of("pos"), 0);

    /** {@link #LIME} with entity tags only. */
    public static final Arm LIME_NER = preset(List.of("ner"), 0);

    /** {@link #LIME} with tags permuted across the corpus: tables that carry no information. */
    public static final Arm LIME_SHUFFLED =
            preset(Alignment.LINGUISTIC, List.of(ALL), 0, TagSource.shuffled());

    private static final Map<String, Arm> PRESETS = new LinkedHashMap<>();

    static {
        PRESETS.put("plain", PLAIN);
        PRESETS.put("baseline", BASELINE);
        PRESETS.put("lime", LIME);
        PRESETS.put("lime+1", LIME_PLUS_1);
        PRESETS.put("lime-pos", LIME_POS);
        PRESETS.put("lime-ner", LIME_NER);
        PRESETS.put("lime-shuffled", LIME_SHUFFLED);
    }

    /** Checks that the components are consistent. */
    public Arm {
        features = features.equals(List.of(NONE)) ? List.of() : List.copyOf(features);
        if (new HashSet<>(features).size() < features.size()
                || features.contains(NONE)
                || (features.size() > 1 && features.contains(ALL))) {
            throw new ConfigException(
                    "[arm] features " + features + ", expected all, none, or distinct names");
        }
        if (features.isEmpty()
                && (shift != 0 || !source.equals(TagSource.observed()) || dropout.isOn())) {
            throw new ConfigException(
                    "[arm] shift, source or dropout for an arm without features. Hint: remove the key, or start from a preset with features, such as lime");
        }
        if (nextTags.passes() == NextTags.Passes.TWO_PASS && (shift != 1 || !dropout.isOn())) {
            throw new ConfigException(
                    "[arm] nextTags "
                            + nextTags
                            + " with shift "
                            + shift
                            + " and dropout "
                            + dropout
                            + ", expected shift 1 and dropped tags, from which the head learns. Hint:"
                            + " {preset: lime+1, nextTags: 0.3:two-pass, dropout: 0.3}");
        }
        if (nextTags.isOn() && shift > 1) {
            throw new ConfigException(
                    "[arm] nextTags with shift " + shift + ", expected a shift of 1 or less");
        }
    }

    private static Arm preset(List<String> features, int shift) {
        return preset(Alignment.LINGUISTIC, features, shift, TagSource.observed());
    }

    private static Arm preset(Alignment split, List<String> features, int shift, TagSource source) {
        return new Arm(
                split, features, Optional.empty(), shift, source, TagDropout.OFF, NextTags.OFF);
    }

    /** Returns the named arms, by name. */
    public static Map<String, Arm> presets() {
        return Collections.unmodifiableMap(PRESETS);
    }

    /** Returns the arm used when a group of keys names no preset. */
    public static Arm defaults() {
        return LIME;
    }

    /**
     * Returns the arm with the given label.
     *
     * @throws ConfigException if the label is invalid
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Arm of(String label) {
        return ArmLabel.parse(label);
    }

    /**
     * Returns the name used in configurations, models and reports: that of a preset, or the closest
     * preset with the keys that differ, {@code lime(shift=-1,source=noise:0.1)}. Equal arms have
     * equal labels.
     */
    @JsonValue
    public String label() {
        return ArmLabel.of(this);
    }

    /** Returns the label with the annotation mode: {@code lime/causal}, or {@code baseline}. */
    public String label(AnnotationMode mode) {
        return usesTags() ? label() + "/" + mode.label() : label();
    }

    /**
     * Returns the features that become tables of the model, in the order of the schema; with {@link
     * org.limelm.core.metadata.Feature#DROPPED} if tags are dropped in training.
     *
     * @param annotated the schema of the shards
     * @throws ConfigException if a feature that this arm needs is missing
     */
    public MetadataSchema tables(MetadataSchema annotated) {
        MetadataSchema selected = selected(annotated);
        return dropout.isOn() ? selected.withDropped() : selected;
    }

    private MetadataSchema selected(MetadataSchema annotated) {
        if (features.isEmpty()) {
            return MetadataSchema.EMPTY;
        }
        if (features.contains(ALL)) {
            return annotated;
        }
        if (!annotated.names().containsAll(features)) {
            throw new ConfigException(
                    "[arm] %s needs the features %s, but annotated are %s. Hint: add the missing ones to data.metadata and annotate again"
                            .formatted(label(), features, annotated.names()));
        }
        return annotated.select(features);
    }

    /**
     * Returns the features of the model: its tables, and those whose tags of the next token it
     * predicts. These are the tables', or all annotated features if it has none.
     *
     * @param annotated the schema of the shards
     */
    public ModelFeatures modelFeatures(MetadataSchema annotated) {
        MetadataSchema tables = tables(annotated);
        if (!nextTags.isOn()) {
            return ModelFeatures.of(tables);
        }
        MetadataSchema predicted = hasTables() ? selected(annotated) : annotated;
        return new ModelFeatures(tables, Optional.of(new TagHeadConfig(predicted, headInput())));
    }

    private TagHeadConfig.Input headInput() {
        if (shift <= 0) {
            return TagHeadConfig.Input.STATE;
        }
        return nextTags.passes() == NextTags.Passes.TWO_PASS
                ? TagHeadConfig.Input.UNTAGGED_STATE
                : TagHeadConfig.Input.PREVIOUS_STATE;
    }

    /** Returns whether training needs tags: for tables, or to predict them. */
    public boolean usesTags() {
        return hasTables() || nextTags.isOn();
    }

    /** Returns whether a model of this arm predicts the tags that it reads. */
    public boolean feedsItself() {
        return hasTables() && shift > 0 && nextTags.isOn();
    }

    /** Returns whether the model of this arm reads metadata. */
    public boolean hasTables() {
        return !features.isEmpty();
    }

    /** Returns a copy of this arm with the given annotation mode. */
    public Arm in(AnnotationMode mode) {
        return withAnnotation(Optional.of(mode));
    }

    /** Returns a copy without the annotation mode, which another key of a run holds. */
    public Arm withoutMode() {
        return withAnnotation(Optional.empty());
    }

    @Override
    public String toString() {
        return label();
    }
}
