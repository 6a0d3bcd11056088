/** OpenNLP's own taggers as models of the full annotator. */
@NullMarked
package org.limelm.annotate.opennlp;

import org.jspecify.annotations.NullMarked;
