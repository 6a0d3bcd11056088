/** What a run writes about itself: its folder, logged steps, evaluations, event files, machine. */
@NullMarked
package org.limelm.train.record;

import org.jspecify.annotations.NullMarked;
