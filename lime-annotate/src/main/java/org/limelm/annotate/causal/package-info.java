/** TagSelection from the left context alone: the causal annotator, its features and its models. */
@NullMarked
package org.limelm.annotate.causal;

import org.jspecify.annotations.NullMarked;
