package org.limelm.train.distributed;

import ai.djl.engine.Engine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.limelm.train.config.DistributedConfig;
import org.limelm.train.config.DistributedConfig.Choice;

/**
 * The processes of a job, and who does what in it: the leader, rank 0, does what must be done once.
 * Like those of a {@link Collective}, its methods are called by all of them in the same order.
 */
public final class Team {
    /** How much longer than anything else a team waits for what its leader does alone. */
    private static final int LEADER_LIMIT_FACTOR = 10;

    private final Collective collective;
    private final DistributedConfig config;
    private final LaunchEnvironment launch;

    Team(Collective collective, DistributedConfig config, LaunchEnvironment launch) {
        this.collective = collective;
        this.config = config;
        this.launch = launch;
    }

    /** Returns a team of this process. */
    public static Team alone() {
        return new Team(
                new LocalCollective(), DistributedConfig.defaults(), LaunchEnvironment.NONE);
    }

    /** Returns what joins the processes. */
    public Collective collective() {
        return collective;
    }

    /** Returns this process's number, from 0. */
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
     * Runs something on the leader while the others wait, for ten times as long as the watchdog
     * lets them wait for anything else.
     */
    public void onLeader(Runnable work) {
        if (leads()) {
            work.run();
        }
        await();
    }

    /** Computes a text on the leader and returns it everywhere, see {@link #onLeader}. */
    public String broadcastFromLeader(Supplier<String> text) {
        return broadcastFromLeader(text, leaderLimit());
    }

    /**
     * Computes a text on the leader and returns it everywhere.
     *
     * @param limit how long the leader may take
     */
    public String broadcastFromLeader(Supplier<String> text, Duration limit) {
        String own = leads() ? text.get() : "";
        collective.barrier(limit);
        return collective.broadcast(own, 0);
    }

    /** Waits until the others are here too, as long as {@link #onLeader} would. */
    public void await() {
        collective.barrier(leaderLimit());
    }

    private Duration leaderLimit() {
        return config.watchdogLimit().multipliedBy(LEADER_LIMIT_FACTOR);
    }

    /** Returns whether any of the processes says yes. */
    public boolean any(boolean yes) {
        double[] votes = {yes ? 1 : 0};
        collective.allReduceSum(votes);
        return votes[0] > 0;
    }

    /** Returns the texts of all processes, in the order of their ranks. */
    public List<String> gather(String text) {
        List<String> texts = new ArrayList<>();
        for (int rank = 0; rank < size(); rank++) {
            texts.add(collective.broadcast(text, rank));
        }
        return texts;
    }

    /**
     * Returns the name of the device that this process is to use: where a process of NCCL is not
     * told which GPU, those of one machine take one each.
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
     * Returns the number of threads that this process is to use: its part of the cores it may run
     * on, where several processes of the team may run on the same ones.
     *
     * @param configured {@code training.threads}; 0 = find out
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
