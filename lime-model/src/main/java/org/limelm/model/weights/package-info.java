/** Models stored as folders of config.json and model.safetensors. */
@NullMarked
package org.limelm.model.weights;

import org.jspecify.annotations.NullMarked;
