/** Tags from the text so far only: the annotator of growing text, its features and its models. */
@NullMarked
package org.limelm.annotate.causal;

import org.jspecify.annotations.NullMarked;
