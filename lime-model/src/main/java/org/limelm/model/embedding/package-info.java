/** Token embeddings and the metadata tables that are added to them. */
@NullMarked
package org.limelm.model.embedding;

import org.jspecify.annotations.NullMarked;
