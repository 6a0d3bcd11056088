/** The whole-text annotator, based on OpenNLP models for sentences, tokens, tags and names. */
@NullMarked
package org.limelm.annotate.opennlp;

import org.jspecify.annotations.NullMarked;
