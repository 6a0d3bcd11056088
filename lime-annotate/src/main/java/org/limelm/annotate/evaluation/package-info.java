/** How often the annotators are right, and how fast they are. */
@NullMarked
package org.limelm.annotate.evaluation;

import org.jspecify.annotations.NullMarked;
