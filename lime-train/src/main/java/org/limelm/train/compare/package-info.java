/** Arms trained alike and laid side by side: tables, curves, data efficiency, the HTML report. */
@NullMarked
package org.limelm.train.compare;

import org.jspecify.annotations.NullMarked;
