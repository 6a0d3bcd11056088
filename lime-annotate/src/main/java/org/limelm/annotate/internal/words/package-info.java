/** Words as classifiers see them: their parts, their clusters, and the features of tags. */
@NullMarked
package org.limelm.annotate.internal.words;

import org.jspecify.annotations.NullMarked;
