/** The built-in metadata features, found by {@code ServiceLoader} like those of users. */
@NullMarked
package org.limelm.annotate.feature.internal;

import org.jspecify.annotations.NullMarked;
