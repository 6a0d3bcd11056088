/** What a run resumes from: checkpoint folders, their seal, their tensors, the run's identity. */
@NullMarked
package org.limelm.train.checkpoint;

import org.jspecify.annotations.NullMarked;
