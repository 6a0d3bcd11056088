/** Comparison of arms trained alike: tables, curves, data efficiency and the HTML report. */
@NullMarked
package org.limelm.train.compare;

import org.jspecify.annotations.NullMarked;
