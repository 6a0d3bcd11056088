/** Linear classifiers of OpenNLP's model files, evaluated without building feature strings. */
@NullMarked
package org.limelm.annotate.internal.classifier;

import org.jspecify.annotations.NullMarked;
