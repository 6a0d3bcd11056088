/** Parquet files, read page by page: columns as JSON values, row by row. */
@NullMarked
package org.limelm.core.internal.parquet;

import org.jspecify.annotations.NullMarked;
