/** The commands of the command line: each parses its options and calls the library. */
@NullMarked
package org.limelm.train.cli;

import org.jspecify.annotations.NullMarked;
