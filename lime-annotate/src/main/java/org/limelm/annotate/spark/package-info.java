/**
 * Annotates a corpus on an Apache Spark cluster: the same units and shards as on one machine. Spark
 * is an optional dependency; only this package knows it.
 */
@NullMarked
package org.limelm.annotate.spark;

import org.jspecify.annotations.NullMarked;
