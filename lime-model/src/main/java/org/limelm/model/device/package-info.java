/** Device, precision and number of threads. */
@NullMarked
package org.limelm.model.device;

import org.jspecify.annotations.NullMarked;
