/** The annotator of whole texts, on OpenNLP's models: sentences, tokens, tags and names. */
@NullMarked
package org.limelm.annotate.opennlp;

import org.jspecify.annotations.NullMarked;
