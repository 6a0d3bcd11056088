/** The interfaces of whole-text and incremental annotators, and the tags that they output. */
@NullMarked
package org.limelm.annotate.annotator;

import org.jspecify.annotations.NullMarked;
