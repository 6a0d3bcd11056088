package org.limelm.core.shard;

import org.limelm.core.text.TaggedPieces;

/**
 * A document as a shard takes it.
 *
 * @param name what messages call it
 * @param pieces its subword pieces and their tags
 */
public record ShardDocument(DocumentName name, TaggedPieces pieces) {}
