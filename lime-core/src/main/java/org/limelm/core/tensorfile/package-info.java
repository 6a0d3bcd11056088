/** The safetensors file format: named tensors, read through a memory map, written as streams. */
@NullMarked
package org.limelm.core.tensorfile;

import org.jspecify.annotations.NullMarked;
