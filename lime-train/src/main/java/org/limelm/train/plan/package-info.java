/**
 * Planning of a run from its configuration, without running it: parameters, operations, memory by
 * part, time and cost on a device.
 */
@NullMarked
package org.limelm.train.plan;

import org.jspecify.annotations.NullMarked;
