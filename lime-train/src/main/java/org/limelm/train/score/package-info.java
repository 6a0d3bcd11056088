/** Log-likelihoods of continuations, with the tags of the model's arm. */
@NullMarked
package org.limelm.train.score;

import org.jspecify.annotations.NullMarked;
