/**
 * Gold annotations for training and evaluating annotators: CoNLL-U treebanks and BIO entity files.
 */
@NullMarked
package org.limelm.annotate.treebank;

import org.jspecify.annotations.NullMarked;
