/** Documents, from raw text to tagged subword pieces. */
@NullMarked
package org.limelm.core.text;

import org.jspecify.annotations.NullMarked;
