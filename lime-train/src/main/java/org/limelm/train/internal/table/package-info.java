/** Tables for human readers, as plain text and HTML. */
@NullMarked
package org.limelm.train.internal.table;

import org.jspecify.annotations.NullMarked;
