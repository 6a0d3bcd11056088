/**
 * Machine code written at run time: an assembler for what a step of a decoder needs on x86-64 with
 * AVX-512, the step's code, the memory it lies in, and the threads that run it.
 */
@NullMarked
package org.limelm.model.machine;

import org.jspecify.annotations.NullMarked;
