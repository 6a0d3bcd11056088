/** Tables for human readers, as plain text and HTML. */
@NullMarked
package org.limelm.train.table;

import org.jspecify.annotations.NullMarked;
