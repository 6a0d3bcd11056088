/** The training loop: from a configuration to a trained model. */
@NullMarked
package org.limelm.train.loop;

import org.jspecify.annotations.NullMarked;
