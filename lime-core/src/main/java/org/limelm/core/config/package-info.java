/** Configurations: YAML files and {@code key=value} overrides, read strictly into records. */
@NullMarked
package org.limelm.core.config;

import org.jspecify.annotations.NullMarked;
