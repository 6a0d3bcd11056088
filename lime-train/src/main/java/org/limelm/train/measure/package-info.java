/** What the machine gives: its matrix-product peak, its memory's speed, the process's memory. */
@NullMarked
package org.limelm.train.measure;

import org.jspecify.annotations.NullMarked;
