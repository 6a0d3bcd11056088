/**
 * Subword tokenizers: those of a {@code tokenizer.json}, held to byte exactness, and a trainer of
 * byte-level BPE.
 */
@NullMarked
package org.limelm.annotate.subword;

import org.jspecify.annotations.NullMarked;
