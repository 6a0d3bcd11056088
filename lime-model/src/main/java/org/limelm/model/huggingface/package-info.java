/** HuggingFace folders: models written for transformers, and models read from its format. */
@NullMarked
package org.limelm.model.huggingface;

import org.jspecify.annotations.NullMarked;
