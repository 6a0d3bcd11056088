/** Text generation with a key/value cache and a metadata source. */
@NullMarked
package org.limelm.model.generate;

import org.jspecify.annotations.NullMarked;
