package org.limelm.core.shard;

import org.limelm.core.text.TaggedPieces;

/**
 * A document to be written to a shard.
 *
 * @param name its id and origin
 * @param pieces its subword pieces and their tags
 */
public record ShardDocument(DocumentName name, TaggedPieces pieces) {}
