/** The records behind a training configuration file, every key explained. */
@NullMarked
package org.limelm.train.config;

import org.jspecify.annotations.NullMarked;
