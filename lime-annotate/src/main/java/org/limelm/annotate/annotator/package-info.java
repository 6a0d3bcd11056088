/**
 * What an annotator is: the interfaces of taggers of whole and of growing texts, and the tags that
 * they put out.
 */
@NullMarked
package org.limelm.annotate.annotator;

import org.jspecify.annotations.NullMarked;
