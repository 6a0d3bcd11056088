package org.limelm.train.distributed;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Assigns items of different sizes to processes in a balanced way. */
public final class Ownership {
    private final int[] owners;

    private Ownership(int[] owners) {
        this.owners = owners;
    }

    /**
     * Assigns each item, largest first, to the process with the smallest total so far, ties to the
     * lowest rank. The result is a deterministic function of the sizes.
     */
    public static Ownership bySize(List<Long> sizes, int processes) {
        int[] owners = new int[sizes.size()];
        long[] loads = new long[processes];
        List<Integer> largestFirst =
                IntStream.range(0, sizes.size())
                        .boxed()
                        .sorted(Comparator.comparing(sizes::get, Comparator.reverseOrder()))
                        .toList();
        for (int item : largestFirst) {
            int least =
                    IntStream.range(0, processes)
                            .boxed()
                            .min(Comparator.comparingLong(process -> loads[process]))
                            .orElseThrow();
            owners[item] = least;
            loads[least] += sizes.get(item);
        }
        return new Ownership(owners);
    }

    /** Returns the rank that owns an item. */
    public int of(int item) {
        return owners[item];
    }

    @Override
    public String toString() {
        return Arrays.toString(owners);
    }
}
