/** The optimizer step: schedule, clipping, anomaly checks, AdamW, Muon, weight average. */
@NullMarked
package org.limelm.train.optim;

import org.jspecify.annotations.NullMarked;
