/** What every module shares: the library's exceptions. */
@NullMarked
package org.limelm.core;

import org.jspecify.annotations.NullMarked;
