package org.limelm.annotate.pipeline;

import org.limelm.core.text.TaggedPieces;

/**
 * A document after annotation.
 *
 * @param pieces its subword pieces with their tags, ended by the end-of-text token
 * @param words number of its linguistic tokens
 */
public record AnnotatedDocument(TaggedPieces pieces, long words) {}
