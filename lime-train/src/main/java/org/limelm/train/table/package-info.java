/** Tables for people, as plain text and as HTML. */
@NullMarked
package org.limelm.train.table;

import org.jspecify.annotations.NullMarked;
