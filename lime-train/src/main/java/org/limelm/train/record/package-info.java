/** The record of a run: folder layout, logged steps, evaluations, event files and environment. */
@NullMarked
package org.limelm.train.record;

import org.jspecify.annotations.NullMarked;
