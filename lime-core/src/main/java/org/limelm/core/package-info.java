/** The library's exceptions, shared by all modules. */
@NullMarked
package org.limelm.core;

import org.jspecify.annotations.NullMarked;
