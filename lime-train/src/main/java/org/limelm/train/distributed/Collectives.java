package org.limelm.train.distributed;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Function;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.train.config.DistributedConfig;

/** Joins the processes of a job and ends all of them when one fails. */
public final class Collectives {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private Collectives() {}

    /**
     * Runs a function jointly with the other processes of the job, if any. If it fails in one of
     * several processes, or any of their threads dies of an exception, all processes end. In a
     * single process the exception is thrown.
     *
     * @throws LimeException if the configured collective is not available
     */
    public static <T> T within(DistributedConfig config, Function<Team, T> body) {
        LaunchEnvironment launch = LaunchEnvironment.of(System.getenv());
        Collective collective = open(config, launch);
        T result;
        try {
            result = body.apply(new Team(collective, config, launch));
        } catch (RuntimeException | Error e) {
            collective.abort(status(e), explain(e)); // close() would wait for the others
            throw e;
        }
        collective.close();
        return result;
    }

    /** Joins the other processes, or none if so configured or no other was started. */
    static Collective open(DistributedConfig config, LaunchEnvironment launch) {
        return switch (config.collective()) {
            case AUTO -> launch.launched() ? watched(mpi(launch), config) : new LocalCollective();
            case LOCAL -> new LocalCollective();
            case MPI -> watched(mpi(launch), config);
            case NCCL -> watched(NcclCollective.over(mpi(launch)), config);
        };
    }

    private static Collective mpi(LaunchEnvironment launch) {
        MpiCollective mpi = MpiCollective.open();
        if (launch.size() > 1 && mpi.size() != launch.size()) {
            mpi.close();
            throw new LimeException(
                    "[mpi] %s started %d processes, %s sees %d. Hint: with Slurm, use srun --mpi=pmix; mpirun must be of the same installation as the library"
                            .formatted(
                                    launch.launcher(), launch.size(), mpi.version(), mpi.size()));
        }
        return mpi;
    }

    private static Collective watched(Collective collective, DistributedConfig config) {
        Collective watched = new WatchedCollective(collective, config.watchdogLimit());
        if (watched.size() > 1) {
            Thread.setDefaultUncaughtExceptionHandler(
                    (thread, error) ->
                            watched.abort(
                                    status(error),
                                    "thread " + thread.getName() + ": " + explain(error)));
        }
        return watched;
    }

    private static int status(Throwable error) {
        return error instanceof ConfigException ? WRONG_USAGE : FAILED;
    }

    /** Returns the message of an error that the user can fix, the stack trace of any other. */
    private static String explain(Throwable error) {
        if (error instanceof LimeException) {
            return String.valueOf(error.getMessage());
        }
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
