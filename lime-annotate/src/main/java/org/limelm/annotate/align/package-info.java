/** Linguistic tokens and subword pieces brought together: which piece lies in which word. */
@NullMarked
package org.limelm.annotate.align;

import org.jspecify.annotations.NullMarked;
