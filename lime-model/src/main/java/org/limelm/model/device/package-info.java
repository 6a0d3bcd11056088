/** Where a model computes, in which format, and with how many threads. */
@NullMarked
package org.limelm.model.device;

import org.jspecify.annotations.NullMarked;
