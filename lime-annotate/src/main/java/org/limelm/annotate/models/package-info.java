/** Trained models, bundled or from a folder, and the annotators of both modes that use them. */
@NullMarked
package org.limelm.annotate.models;

import org.jspecify.annotations.NullMarked;
