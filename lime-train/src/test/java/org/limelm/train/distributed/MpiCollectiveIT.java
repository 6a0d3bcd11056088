package org.limelm.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests processes joined by Open MPI, each running {@link RankProgram}. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class MpiCollectiveIT {
    @TempDir Path folder;

    @BeforeEach
    void mpirun() {
        MpiRun.assumeAvailable();
    }

    private MpiRun.Ended run(int ranks, String... arguments) throws Exception {
        return MpiRun.run(ranks, folder.resolve("log"), RankProgram.class, arguments);
    }

    @Test
    void allOperationsWork() throws Exception {
        MpiRun.Ended ended = run(3, "operations");
        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("rank 0 done", "rank 1 done", "rank 2 done");
    }

    @Test
    void sumsOfLargeBuffersAreDeterministic() throws Exception {
        MpiRun.Ended first = run(2, "big");
        MpiRun.Ended second = run(2, "big");
        assertThat(first.status()).as(first.output()).isZero();
        Matcher digests = java.util.regex.Pattern.compile("digest (\\w+)").matcher(first.output());
        assertThat(digests.find()).isTrue();
        String digest = "digest " + digests.group(1);
        assertThat(first.output().split(digest, -1)).hasSize(3); // both ranks
        assertThat(second.output().split(digest, -1)).hasSize(3);
    }

    @Test
    void exceptionOnOneRankEndsTheJobWithItsMessage() throws Exception {
        MpiRun.Ended ended = run(2, "throw");
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.output()).contains("[rank 1 of 2] [test] rank 1 cannot continue");
        assertThat(ended.output()).doesNotContain("at org.limelm");
    }

    @Test
    void uncaughtExceptionInAnyThreadEndsTheJob() throws Exception {
        MpiRun.Ended ended = run(2, "uncaught");
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.output()).contains("[rank 1 of 2] thread loader:", "nobody catches this");
    }

    @Test
    void killedRankEndsTheJobWithinFiveSeconds() throws Exception {
        try (MpiRun job = start("wait", "60")) {
            MpiRun.signal("KILL", job.awaitOutput("rank 1 has pid (\\d+)").group(1));
            MpiRun.Ended ended = job.await();
            assertThat(ended.seconds()).isLessThan(5);
            assertThat(ended.status()).isNotZero();
            assertThat(ended.output()).contains("rank 1", "signal 9 (Killed)");
        }
    }

    @Test
    void stalledRankEndsTheJobAtTheWatchdogLimit() throws Exception {
        try (MpiRun job = start("wait", "3")) {
            MpiRun.signal("STOP", job.awaitOutput("rank 1 has pid (\\d+)").group(1));
            MpiRun.Ended ended = job.await();
            assertThat(ended.seconds()).isBetween(1.5, 8.0);
            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.output())
                    .contains(
                            "[rank 0 of 2] [watchdog] the sum of 5 values has taken more than 3.0 s");
        }
    }

    private MpiRun start(String... arguments) throws Exception {
        return MpiRun.start(2, folder.resolve("log"), RankProgram.class, arguments);
    }

    @Test
    void ncclCommunicatorIdIsBroadcastFromRankZero() throws Exception {
        Path library = NcclStub.compile(folder);
        MpiRun.Ended ended = run(2, "nccl", library.toString());
        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("rank 0 joined", "rank 1 joined");
    }
}
