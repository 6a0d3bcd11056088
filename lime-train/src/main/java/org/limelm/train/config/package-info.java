/** The records that define the training configuration file, with a description of every key. */
@NullMarked
package org.limelm.train.config;

import org.jspecify.annotations.NullMarked;
