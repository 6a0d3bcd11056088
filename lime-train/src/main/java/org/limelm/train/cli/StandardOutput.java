package org.limelm.train.cli;

import org.limelm.core.LimeException;

/**
 * Results on standard output. A print stream reports a full disk or a closed pipe on request only.
 */
final class StandardOutput {
    private StandardOutput() {}

    /**
     * Prints a line of a result.
     *
     * @throws LimeException if it could not be written
     */
    static void println(String line) {
        System.out.println(line);
        check();
    }

    /**
     * Checks that everything printed so far has been written, so that no further results are
     * computed for nobody.
     *
     * @throws LimeException if it could not be written
     */
    static void check() {
        if (System.out.checkError()) {
            throw failure();
        }
    }

    /** Returns the exception for output that could not be written. */
    static LimeException failure() {
        return new LimeException(
                "[standard output] cannot be written: the disk is full, or the program that reads it has ended. Hint: free disk space, or ignore this if a part was enough, as for `head`");
    }
}
