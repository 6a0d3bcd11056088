package org.limelm.annotate.annotator;

/** The format of the tags of feature {@code ner}. */
public enum EntityTags {
    /** The type of the entity: {@code ORG}. */
    TYPE,
    /** The type, with the first token of an entity told from the others: {@code B-ORG, I-ORG}. */
    BIO
}
