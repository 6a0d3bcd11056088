/** Readers of annotated corpora: treebanks in CoNLL-U, entities in BIO columns. */
@NullMarked
package org.limelm.annotate.treebank;

import org.jspecify.annotations.NullMarked;
