/** Evaluation of the accuracy and speed of annotators. */
@NullMarked
package org.limelm.annotate.evaluation;

import org.jspecify.annotations.NullMarked;
