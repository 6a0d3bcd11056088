/**
 * Subword tokenizers: those of a {@code tokenizer.json}, checked for byte exactness, and a trainer
 * for byte-level BPE.
 */
@NullMarked
package org.limelm.annotate.subword;

import org.jspecify.annotations.NullMarked;
