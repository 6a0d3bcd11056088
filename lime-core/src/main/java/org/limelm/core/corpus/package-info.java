/** Raw corpora: documents streamed from text and JSON-lines files, plain or compressed. */
@NullMarked
package org.limelm.core.corpus;

import org.jspecify.annotations.NullMarked;
