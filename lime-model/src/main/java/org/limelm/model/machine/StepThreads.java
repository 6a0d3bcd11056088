package org.limelm.model.machine;

import com.sun.jna.Function;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that run one function each, side by side with the caller's. A token takes less time than
 * waking a thread does: they look out for the next one for a moment before they sleep.
 */
final class StepThreads implements AutoCloseable {
    private static final long LOOK_OUT_NANOS = 100_000;
    private static final int LOOKS_PER_CLOCK = 64;

    private final List<Worker> workers = new ArrayList<>();
    private volatile Job job = new Job(0, List.of(), Pointer.NULL);

    /** One function per thread, and what they are called with. */
    private record Job(long number, List<Function> functions, Pointer argument) {}

    /**
     * Starts the threads.
     *
     * @param count the caller's among them
     */
    StepThreads(int count) {
        long none = job.number;
        for (int i = 1; i < count; i++) {
            Worker worker = new Worker(i, none);
            workers.add(worker);
            worker.thread.start();
        }
    }

    /**
     * Calls the functions, the first on the caller's thread, and returns when that returns: it has
     * to wait for the others. One caller at a time.
     */
    void run(List<Function> functions, Pointer argument) {
        announce(functions, argument);
        functions.get(0).invokeVoid(new Object[] {argument});
    }

    /** Ends the threads. */
    @Override
    public void close() {
        announce(List.of(), Pointer.NULL);
    }

    private void announce(List<Function> functions, Pointer argument) {
        job = new Job(job.number + 1, functions, argument);
        for (Worker worker : workers) {
            worker.wake();
        }
    }

    private final class Worker implements Runnable {
        private final int index;
        private final Thread thread;
        private long seen;
        private volatile boolean asleep;

        Worker(int index, long first) {
            this.index = index;
            seen = first;
            thread = new Thread(this, "lime-decode-" + index);
            thread.setDaemon(true);
        }

        void wake() {
            if (asleep) {
                LockSupport.unpark(thread);
            }
        }

        @Override
        public void run() {
            while (true) {
                Job next = next();
                if (next.functions.isEmpty()) {
                    return;
                }
                next.functions.get(index).invokeVoid(new Object[] {next.argument});
            }
        }

        private Job next() {
            long start = System.nanoTime();
            for (int looks = 1; job.number == seen; looks++) {
                Thread.onSpinWait();
                if (looks % LOOKS_PER_CLOCK == 0 && System.nanoTime() - start > LOOK_OUT_NANOS) {
                    asleep = true;
                    while (job.number == seen) {
                        LockSupport.park(this);
                    }
                    asleep = false;
                }
            }
            Job next = job;
            seen = next.number;
            return next;
        }
    }
}
