package org.limelm.train.evaluation;

import org.limelm.model.decoder.TokenScores;
import org.limelm.train.data.HostBatch;
import org.limelm.train.distributed.Team;

/**
 * The sums of the scores of each batch, in double precision, as float32 would lose digits over many
 * tokens. They are added in the order of the batches, whichever process scored them, so that the
 * total does not depend on the number of processes.
 */
final class ScoreSums {
    private static final int SUMS = 4;

    private final double[] values; // (batches, SUMS): tokens, bytes, nll, correct

    /**
     * The sums over all batches.
     *
     * @param tokens predicted tokens
     * @param bytes UTF-8 bytes that they cover
     * @param nll negative log-likelihood in nats
     * @param correct tokens to which the model assigned the highest probability
     */
    record Total(long tokens, long bytes, double nll, double correct) {}

    ScoreSums(int batches) {
        values = new double[Math.multiplyExact(batches, SUMS)];
    }

    /** Sets the sums of a batch that this process has scored. */
    void set(int batch, HostBatch rows, TokenScores scores) {
        long bytes = 0;
        for (int covered : rows.targetBytes()) {
            bytes += covered;
        }
        int at = batch * SUMS;
        values[at] = rows.predictedTokens();
        values[at + 1] = bytes;
        values[at + 2] = sum(scores.nll().toFloatArray());
        values[at + 3] = sum(scores.correct().toFloatArray());
    }

    private static double sum(float[] numbers) {
        double sum = 0;
        for (float number : numbers) {
            sum += number;
        }
        return sum;
    }

    /** Returns the total over the batches of all processes, each of which must call this. */
    Total total(Team team) {
        team.await();
        team.collective().allReduceSum(values); // every batch has one process; the others add 0
        double[] sums = new double[SUMS];
        for (int i = 0; i < values.length; i++) {
            sums[i % SUMS] += values[i];
        }
        return new Total((long) sums[0], (long) sums[1], sums[2], sums[3]);
    }
}
