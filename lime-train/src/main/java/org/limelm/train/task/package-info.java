/** Evaluation tasks: a YAML file says which texts are scored or generated, and how. */
@NullMarked
package org.limelm.train.task;

import org.jspecify.annotations.NullMarked;
