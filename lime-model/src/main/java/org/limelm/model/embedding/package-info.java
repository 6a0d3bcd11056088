/** Token embeddings and the metadata tables added to them. */
@NullMarked
package org.limelm.model.embedding;

import org.jspecify.annotations.NullMarked;
