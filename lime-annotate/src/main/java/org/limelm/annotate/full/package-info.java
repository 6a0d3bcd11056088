/** Tags from whole sentences: the full annotator, its stages and its models. */
@NullMarked
package org.limelm.annotate.full;

import org.jspecify.annotations.NullMarked;
