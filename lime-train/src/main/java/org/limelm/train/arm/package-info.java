/**
 * The arms of a comparison (splits, features, shift and source of the tags), and the provenance of
 * a model.
 */
@NullMarked
package org.limelm.train.arm;

import org.jspecify.annotations.NullMarked;
