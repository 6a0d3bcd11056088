package org.limelm.train.distributed;

import java.util.Map;

/**
 * The environment variables set by the launcher of a process.
 *
 * @param launcher {@code mpirun}, {@code srun} and so on; {@code none}
 * @param size number of processes; 0 = unknown
 * @param localRank rank of this process on its machine
 */
record LaunchEnvironment(String launcher, int size, int localRank) {
    /** The environment of a process started without a launcher. */
    static final LaunchEnvironment NONE = new LaunchEnvironment("none", 1, 0);

    /** Reads the environment from the variables of a process. */
    static LaunchEnvironment of(Map<String, String> variables) {
        if (variables.containsKey("OMPI_COMM_WORLD_SIZE")) {
            return from(variables, "mpirun", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK");
        }
        // Only srun sets the number of tasks of a step; a batch script sees SLURM_NTASKS too.
        if (number(variables, "SLURM_STEP_NUM_TASKS") > 1) {
            return from(variables, "srun", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID");
        }
        if (variables.containsKey("PMIX_RANK")) {
            return from(variables, "a PMIx launcher", "PMIX_SIZE", "PMIX_LOCAL_RANK");
        }
        if (number(variables, "PMI_SIZE") > 1) {
            return from(variables, "a PMI launcher", "PMI_SIZE", "MPI_LOCALRANKID");
        }
        return NONE;
    }

    private static LaunchEnvironment from(
            Map<String, String> variables, String launcher, String size, String localRank) {
        return new LaunchEnvironment(
                launcher, number(variables, size), number(variables, localRank));
    }

    private static int number(Map<String, String> variables, String name) {
        String value = variables.getOrDefault(name, "");
        return value.matches("\\d{1,9}") ? Integer.parseInt(value) : 0;
    }

    /** Returns whether a launcher started this process, alone or with others. */
    boolean launched() {
        return !equals(NONE);
    }
}
