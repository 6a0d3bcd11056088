/** The decoder: configuration, blocks, loss and gradients. */
@NullMarked
package org.limelm.model.decoder;

import org.jspecify.annotations.NullMarked;
