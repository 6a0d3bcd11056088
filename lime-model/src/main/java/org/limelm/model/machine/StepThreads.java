package org.limelm.model.machine;

import com.sun.jna.Function;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that run one function each, side by side with the caller's. A token takes less time than
 * waking a thread does: they look out for the next one for a moment before they sleep.
 */
final class StepThreads implements AutoCloseable {
    private static final long LOOK_OUT_NANOS = 100_000;
    private static final int LOOKS_PER_CLOCK = 64;

    private final List<Worker> workers = new ArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private volatile Job job = new Job(0, List.of());

    /** One function per thread, and what they are called with. */
    private static final class Job {
        private final long number;
        private final List<Function> functions;
        private final Object[] arguments;

        Job(long number, List<Function> functions, Object... arguments) {
            this.number = number;
            this.functions = functions;
            this.arguments = arguments;
        }
    }

    /**
     * Starts the threads.
     *
     * @param count the caller's among them
     */
    StepThreads(int count) {
        long none = job.number;
        try {
            for (int i = 1; i < count; i++) {
                Worker worker = new Worker(i, none);
                workers.add(worker);
                worker.thread.start();
            }
        } catch (OutOfMemoryError e) { // no further thread
            close();
            throw e;
        }
    }

    /**
     * Calls the functions, the first on the caller's thread, and returns when that returns: it has
     * to wait for the others. One caller at a time.
     *
     * @param workspace what they are called with
     * @throws IllegalStateException if one could not be called; the others ended with numbers of no
     *     meaning
     */
    void run(List<Function> functions, Pointer workspace) {
        Object[] arguments = {workspace};
        failures.clear();
        announce(functions, arguments);
        try {
            functions.get(0).invokeVoid(arguments);
        } catch (RuntimeException | Error e) {
            endBarriers(workspace);
            waitForWorkers();
            throw e;
        }
        if (!failures.isEmpty()) {
            waitForWorkers();
            throw new IllegalStateException("[machine code] a thread failed", failures.get(0));
        }
    }

    private void waitForWorkers() {
        for (Worker worker : workers) {
            while (worker.done < job.number) {
                Thread.onSpinWait();
            }
        }
    }

    /** Lets all threads pass all barriers, as one will not come. */
    private static void endBarriers(Pointer workspace) {
        workspace.setLong(Workspace.ARRIVALS, Long.MAX_VALUE / 2);
    }

    /** Ends the threads: when this returns, none runs a function any more. */
    @Override
    public void close() {
        announce(List.of());
        for (Worker worker : workers) {
            worker.join();
        }
    }

    private void announce(List<Function> functions, Object... arguments) {
        job = new Job(job.number + 1, functions, arguments);
        for (Worker worker : workers) {
            worker.wake();
        }
    }

    private final class Worker implements Runnable {
        private final int index;
        private final Thread thread;
        private long seen;
        private volatile boolean asleep;
        private volatile long done; // the number of the last job that it ended

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

        /** Waits for the thread's end, which is near, whether or not the caller is interrupted. */
        void join() {
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void run() {
            while (true) {
                Job next = next();
                if (next.functions.isEmpty()) {
                    return;
                }
                try {
                    next.functions.get(index).invokeVoid(next.arguments);
                } catch (RuntimeException | Error e) { // for want of memory, before it was called
                    failures.add(e);
                    endBarriers((Pointer) next.arguments[0]);
                }
                done = next.number;
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
