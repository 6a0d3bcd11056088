/** From the raw corpus of a configuration to the tokenizer and shards that training reads. */
@NullMarked
package org.limelm.train.prepare;

import org.jspecify.annotations.NullMarked;
