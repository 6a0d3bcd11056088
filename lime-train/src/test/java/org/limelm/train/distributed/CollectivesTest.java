package org.limelm.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.limelm.core.LimeException;
import org.limelm.train.config.DistributedConfig;

class CollectivesTest {
    @Test
    void launchersAreDetectedByTheirVariables() {
        assertThat(LaunchEnvironment.of(Map.of())).isEqualTo(new LaunchEnvironment("none", 1, 0));
        assertThat(
                        LaunchEnvironment.of(
                                Map.of(
                                        "OMPI_COMM_WORLD_SIZE", "4",
                                        "OMPI_COMM_WORLD_LOCAL_RANK", "1",
                                        "PMIX_RANK", "3")))
                .isEqualTo(new LaunchEnvironment("mpirun", 4, 1));
        assertThat(LaunchEnvironment.of(Map.of("SLURM_STEP_NUM_TASKS", "8", "SLURM_LOCALID", "3")))
                .isEqualTo(new LaunchEnvironment("srun", 8, 3));
    }

    @Test
    void slurmBatchScriptIsASingleProcess() {
        assertThat(
                        LaunchEnvironment.of(Map.of("SLURM_NTASKS", "8", "SLURM_PROCID", "0"))
                                .launched())
                .isFalse();
    }

    @Test
    void withoutALauncherThereIsOneProcess() {
        try (Collective collective =
                Collectives.open(DistributedConfig.defaults(), LaunchEnvironment.of(Map.of()))) {
            assertThat(collective).isInstanceOf(LocalCollective.class);
            assertThat(collective.size()).isEqualTo(1);
        }
    }

    @Test
    void singleProcessThrowsFailures() {
        DistributedConfig local =
                new DistributedConfig(DistributedConfig.Choice.LOCAL, 60, false, 1);
        assertThatThrownBy(
                        () ->
                                Collectives.within(
                                        local,
                                        team -> {
                                            throw new LimeException("[test] no");
                                        }))
                .isInstanceOf(LimeException.class)
                .hasMessage("[test] no");
    }

    @Test
    void otherMpiImplementationsAreRejected() {
        assertThatThrownBy(() -> OpenMpi.requireOpenMpi("MPICH Version:      4.0.2\nMPICH Release"))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("MPICH Version:      4.0.2")
                .hasMessageContaining("expected Open MPI");
        assertThat(OpenMpi.requireOpenMpi("Open MPI v4.1.4, package: Debian\nmore"))
                .isEqualTo("Open MPI v4.1.4, package: Debian");
    }
}
