/** Features, their tag sets, and how tags were made: the vocabulary of linguistic metadata. */
@NullMarked
package org.limelm.core.metadata;

import org.jspecify.annotations.NullMarked;
