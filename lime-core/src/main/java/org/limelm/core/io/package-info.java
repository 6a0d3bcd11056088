/** File access: atomic writes, folder locks, hashes and JSON. */
@NullMarked
package org.limelm.core.io;

import org.jspecify.annotations.NullMarked;
