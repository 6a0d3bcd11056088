/** Checkpoints: folders, manifests, tensors, and the identity of a run. */
@NullMarked
package org.limelm.train.checkpoint;

import org.jspecify.annotations.NullMarked;
