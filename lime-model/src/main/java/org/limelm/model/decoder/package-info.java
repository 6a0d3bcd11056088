/** The decoder: configuration, blocks in a straight list, loss and gradients. */
@NullMarked
package org.limelm.model.decoder;

import org.jspecify.annotations.NullMarked;
