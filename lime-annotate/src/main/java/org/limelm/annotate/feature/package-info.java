/** Metadata features: the interfaces that a feature implements, and annotators composed of them. */
@NullMarked
package org.limelm.annotate.feature;

import org.jspecify.annotations.NullMarked;
