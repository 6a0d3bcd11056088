package org.limelm.train.distributed;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Divides things of different sizes among processes, so that each has about the same. */
public final class Ownership {
    private final int[] owners;

    private Ownership(int[] owners) {
        this.owners = owners;
    }

    /**
     * Gives every thing, the largest first, to the process that has least so far; of equals, to the
     * first. Everybody who does this with the same sizes gets the same.
     */
    public static Ownership bySize(List<Long> sizes, int processes) {
        int[] owners = new int[sizes.size()];
        long[] loads = new long[processes];
        List<Integer> largestFirst =
                IntStream.range(0, sizes.size())
                        .boxed()
                        .sorted(Comparator.comparing(sizes::get, Comparator.reverseOrder()))
                        .toList();
        for (int thing : largestFirst) {
            int least =
                    IntStream.range(0, processes)
                            .boxed()
                            .min(Comparator.comparingLong(process -> loads[process]))
                            .orElseThrow();
            owners[thing] = least;
            loads[least] += sizes.get(thing);
        }
        return new Ownership(owners);
    }

    /** Returns the process that has a thing. */
    public int of(int thing) {
        return owners[thing];
    }

    @Override
    public String toString() {
        return Arrays.toString(owners);
    }
}
