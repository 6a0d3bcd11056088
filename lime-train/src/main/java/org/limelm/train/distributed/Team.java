package org.limelm.train.distributed;

import ai.djl.engine.Engine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.limelm.train.config.DistributedConfig;
import org.limelm.train.config.DistributedConfig.Choice;

/**
 * The processes of a job and their leader, rank 0, which does what must be done once. As with a
 * {@link Collective}, all processes must call its methods in the same order.
 */
public final class Team {
    /** Factor by which the watchdog limit is extended for work done by the leader alone. */
    private static final int LEADER_LIMIT_FACTOR = 10;

    private final Collective collective;
    private final DistributedConfig config;
    private final LaunchEnvironment launch;

    Team(Collective collective, DistributedConfig config, LaunchEnvironment launch) {
        this.collective = collective;
        this.config = config;
        this.launch = launch;
    }

    /** Returns a team of only this process. */
    public static Team alone() {
        return new Team(
                new LocalCollective(), DistributedConfig.defaults(), LaunchEnvironment.NONE);
    }

    /** Returns the collective that joins the processes. */
    public Collective collective() {
        return collective;
    }

    /** Returns the rank of this process, from 0. */
    public int rank() {
        return collective.rank();
    }

    /** Returns the number of processes. */
    public int size() {
        return collective.size();
    }

    /** Returns whether this process is the leader. */
    public boolean leads() {
        return rank() == 0;
    }

    /**
     * Runs an action on the leader while the others wait, for up to ten times the watchdog limit.
     */
    public void onLeader(Runnable work) {
        if (leads()) {
            work.run();
        }
        await();
    }

    /** Computes a text on the leader and returns it in every process, see {@link #onLeader}. */
    public String broadcastFromLeader(Supplier<String> text) {
        return broadcastFromLeader(text, leaderLimit());
    }

    /**
     * Computes a text on the leader and returns it in every process.
     *
     * @param limit maximum time for the leader
     */
    public String broadcastFromLeader(Supplier<String> text, Duration limit) {
        String own = leads() ? text.get() : "";
        collective.barrier(limit);
        return collective.broadcast(own, 0);
    }

    /** Waits for all processes, with the same limit as {@link #onLeader}. */
    public void await() {
        collective.barrier(leaderLimit());
    }

    private Duration leaderLimit() {
        return config.watchdogLimit().multipliedBy(LEADER_LIMIT_FACTOR);
    }

    /** Returns whether the argument is true in any process. */
    public boolean any(boolean value) {
        double[] flags = {value ? 1 : 0};
        collective.allReduceSum(flags);
        return flags[0] > 0;
    }

    /** Returns the texts of all processes, by rank. */
    public List<String> gather(String text) {
        List<String> texts = new ArrayList<>();
        for (int rank = 0; rank < size(); rank++) {
            texts.add(collective.broadcast(text, rank));
        }
        return texts;
    }

    /** Returns the number of processes of the team on this machine. */
    public int processesOnThisMachine() {
        String own = Cores.host();
        return (int) gather(own).stream().filter(own::equals).count();
    }

    /**
     * Returns the name of the device for this process. With NCCL and no specific GPU configured,
     * the processes of a machine use one GPU each.
     *
     * @param configured {@code training.device}
     */
    public String device(String configured) {
        boolean free = configured.equals("auto") || configured.equals("cuda");
        if (config.collective() != Choice.NCCL || !free) {
            return configured;
        }
        int gpus = Engine.getEngine("PyTorch").getGpuCount();
        return gpus == 0 ? "cuda" : "cuda:" + launch.localRank() % gpus;
    }

    /**
     * Returns the number of threads for this process: its share of the allowed cores, if several
     * processes of the team may run on the same cores.
     *
     * @param configured {@code training.threads}; 0 = automatic
     */
    public int threads(int configured) {
        if (configured > 0 || size() == 1) {
            return configured;
        }
        String own = Cores.allowed();
        long sharing = gather(own).stream().filter(own::equals).count();
        return (int) Math.max(1, Runtime.getRuntime().availableProcessors() / sharing);
    }
}
