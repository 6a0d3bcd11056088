/**
 * What a run will need, computed from its configuration before anything is spent: parameters,
 * operations, memory by part, time and cost on a device.
 */
@NullMarked
package org.limelm.train.plan;

import org.jspecify.annotations.NullMarked;
