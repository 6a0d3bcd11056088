/** Preparation of the tokenizer and shards that training reads from a raw corpus. */
@NullMarked
package org.limelm.train.prepare;

import org.jspecify.annotations.NullMarked;
