package org.limelm.model.device;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import org.limelm.core.ConfigException;

/** The number of threads that one operator of libtorch uses on the CPU. */
public final class Threads {
    private Threads() {}

    /**
     * Sets the number for the calling thread and for threads that first use the engine later.
     * Results are bit-identical only among runs with the same number.
     *
     * @param threads number of threads; 0 = the engine's default, the number of physical cores
     * @throws ConfigException if the number is negative
     */
    public static void use(int threads) {
        Engine.getEngine("PyTorch"); // loads the native library
        if (threads < 0) {
            throw new ConfigException(
                    "[threads] " + threads + ", expected 0 (one per core) or more");
        }
        if (threads > 0) {
            JniUtils.setNumThreads(threads);
        }
    }

    /** Returns the current number of threads. */
    public static int inUse() {
        Engine.getEngine("PyTorch");
        return JniUtils.getNumThreads();
    }
}
