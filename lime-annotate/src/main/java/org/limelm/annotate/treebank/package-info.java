/**
 * Gold annotations that annotators are trained and tested on: CoNLL-U treebanks and BIO entity
 * files.
 */
@NullMarked
package org.limelm.annotate.treebank;

import org.jspecify.annotations.NullMarked;
