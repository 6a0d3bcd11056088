package org.limelm.train.evaluation;

import java.util.Arrays;
import java.util.List;
import org.limelm.model.decoder.TokenScores;
import org.limelm.train.data.HostBatch;
import org.limelm.train.distributed.Team;

/**
 * The sums of the scores of each batch, in double precision, as float32 would lose digits over many
 * tokens. They are added in the order of the batches, whichever process scored them, so that the
 * total does not depend on the number of processes.
 */
final class ScoreSums {
    private static final int TAGS = 4; // before the sums of the features' tags

    private final int sums; // per batch
    private final double[] values; // (batches, sums): tokens, bytes, nll, correct, nll of tags …

    /**
     * The sums over all batches.
     *
     * @param tokens predicted tokens
     * @param bytes UTF-8 bytes that they cover
     * @param nll negative log-likelihood in nats
     * @param correct tokens to which the model assigned the highest probability
     * @param tagNll negative log-likelihood of the tags by predicted feature, in nats
     */
    record Total(long tokens, long bytes, double nll, double correct, List<Double> tagNll) {
        Total {
            tagNll = List.copyOf(tagNll);
        }
    }

    /**
     * @param features number of features that the model predicts
     */
    ScoreSums(int batches, int features) {
        sums = TAGS + features;
        values = new double[Math.multiplyExact(batches, sums)];
    }

    /** Sets the sums of a batch that this process has scored. */
    void set(int batch, HostBatch rows, TokenScores scores) {
        long bytes = 0;
        for (int covered : rows.targetBytes()) {
            bytes += covered;
        }
        int at = batch * sums;
        values[at] = rows.predictedTokens();
        values[at + 1] = bytes;
        values[at + 2] = sum(scores.nll().toFloatArray());
        values[at + 3] = sum(scores.correct().toFloatArray());
        for (int feature = 0; feature < scores.tagNll().size(); feature++) {
            values[at + TAGS + feature] = sum(scores.tagNll().get(feature).toFloatArray());
        }
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
        double[] total = new double[sums];
        for (int i = 0; i < values.length; i++) {
            total[i % sums] += values[i];
        }
        return new Total(
                (long) total[0],
                (long) total[1],
                total[2],
                total[3],
                Arrays.stream(total, TAGS, sums).boxed().toList());
    }
}
