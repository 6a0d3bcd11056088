package org.limelm.train.arm;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.MetadataSchema;

/**
 * One side of a comparison: how text was split, which metadata tables the model has, and which
 * token's tags a position reads. Arms of one comparison share everything else.
 */
public enum Arm {
    /** The subword tokenizer alone: no linguistic splits, no tables. */
    PLAIN("plain", Tables.NO_TABLES, 0),
    /** Linguistic splits, no tables: sees the same tokens as every arm below. */
    BASELINE("baseline", Tables.NO_TABLES, 0),
    /** Every position reads its own token's tags. */
    LIME("lime", Tables.ALL_TABLES, 0),
    /** Every position reads the tags of the token that follows. */
    LIME_PLUS_1("lime+1", Tables.ALL_TABLES, 1),
    /** {@link #LIME} with parts of speech only. */
    LIME_POS("lime-pos", Tables.POS_TABLE, 0),
    /** {@link #LIME} with entities only. */
    LIME_NER("lime-ner", Tables.NER_TABLE, 0),
    /** {@link #LIME} with the tags permuted over the corpus: the tables without information. */
    LIME_SHUFFLED("lime-shuffled", Tables.ALL_TABLES, 0);

    private enum Tables {
        NO_TABLES,
        ALL_TABLES,
        POS_TABLE,
        NER_TABLE
    }

    private final String label;
    private final Tables tables;
    private final int shift;

    Arm(String label, Tables tables, int shift) {
        this.label = label;
        this.tables = tables;
        this.shift = shift;
    }

    /** Returns the name used in configurations and reports: {@code lime+1} … */
    @JsonValue
    public String label() {
        return label;
    }

    /**
     * Returns the arm with this label.
     *
     * @throws ConfigException if there is none
     */
    @JsonCreator
    public static Arm of(String label) {
        for (Arm arm : values()) {
            if (arm.label.equals(label)) {
                return arm;
            }
        }
        String known = Arrays.stream(values()).map(Arm::label).collect(Collectors.joining(", "));
        throw new ConfigException("[arm] unknown arm '" + label + "', expected one of " + known);
    }

    /**
     * Returns the features that become tables of the model, in the order of the annotation.
     *
     * @param annotated the schema of the shards
     * @throws IllegalArgumentException if a feature this arm needs is missing
     */
    public MetadataSchema tables(MetadataSchema annotated) {
        return switch (tables) {
            case NO_TABLES -> MetadataSchema.EMPTY;
            case ALL_TABLES -> annotated;
            case POS_TABLE -> annotated.select(List.of("pos"));
            case NER_TABLE -> annotated.select(List.of("ner"));
        };
    }

    /** Returns whether the model of this arm reads metadata. */
    public boolean hasTables() {
        return tables != Tables.NO_TABLES;
    }

    /** Returns how many tokens ahead of a position its tags are taken from: 0 or 1. */
    public int shift() {
        return shift;
    }

    /** Returns whether tags are permuted over the corpus. */
    public boolean shuffled() {
        return this == LIME_SHUFFLED;
    }

    /** Returns whether the text must be split at linguistic boundaries. */
    public boolean linguisticSplits() {
        return this != PLAIN;
    }
}
