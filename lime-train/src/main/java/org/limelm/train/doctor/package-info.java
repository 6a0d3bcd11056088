/** Checks of the installation: what is installed, what is missing and how to fix it. */
@NullMarked
package org.limelm.train.doctor;

import org.jspecify.annotations.NullMarked;
