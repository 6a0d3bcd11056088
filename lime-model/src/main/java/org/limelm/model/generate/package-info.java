/** Text generation with a key/value cache and a source of metadata. */
@NullMarked
package org.limelm.model.generate;

import org.jspecify.annotations.NullMarked;
