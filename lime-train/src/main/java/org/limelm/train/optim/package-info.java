/** The optimizer step: schedule, clipping, anomaly checks, AdamW. */
@NullMarked
package org.limelm.train.optim;

import org.jspecify.annotations.NullMarked;
