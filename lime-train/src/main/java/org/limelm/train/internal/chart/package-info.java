/** Charts for reports, drawn as SVG and as PNG images by the same code. */
@NullMarked
package org.limelm.train.internal.chart;

import org.jspecify.annotations.NullMarked;
