/** Files: written whole or not at all, hashed, and as JSON. */
@NullMarked
package org.limelm.core.io;

import org.jspecify.annotations.NullMarked;
