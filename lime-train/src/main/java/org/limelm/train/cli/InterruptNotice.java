package org.limelm.train.cli;

/** Prints a line on standard error if a signal ends the process during a task. */
final class InterruptNotice implements AutoCloseable {
    private final Thread hook;
    private volatile boolean cancelled;

    /** Starts watching. */
    InterruptNotice(String message) {
        hook =
                new Thread(
                        () -> {
                            if (!cancelled) {
                                System.err.println();
                                System.err.println(message);
                            }
                        },
                        "interrupt-notice");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void close() {
        cancelled = true;
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook runs.
        }
    }
}
