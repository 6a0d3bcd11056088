/** The arms of a comparison (splits, metadata tables and shift), and the provenance of a model. */
@NullMarked
package org.limelm.train.arm;

import org.jspecify.annotations.NullMarked;
