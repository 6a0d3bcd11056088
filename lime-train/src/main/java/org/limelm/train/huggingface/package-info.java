/** Runs as HuggingFace folders, and HuggingFace models as models to train on. */
@NullMarked
package org.limelm.train.huggingface;

import org.jspecify.annotations.NullMarked;
