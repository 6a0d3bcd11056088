package org.limelm.train.cli;

import java.io.IOException;
import java.io.OutputStream;

/** A stream that takes nothing, like a file on a full disk or a closed pipe. */
final class FullDisk extends OutputStream {
    private int writes;

    /** Returns the number of attempts to write. */
    int writes() {
        return writes;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        writes++;
        throw new IOException("No space left on device");
    }
}
