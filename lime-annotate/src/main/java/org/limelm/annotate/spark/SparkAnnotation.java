package org.limelm.annotate.spark;

import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.limelm.annotate.pipeline.AnnotateJob;
import org.limelm.annotate.pipeline.AnnotatePipeline;
import org.limelm.annotate.pipeline.AnnotateProgress;
import org.limelm.annotate.pipeline.AnnotateReport;
import org.limelm.core.LimeException;

/**
 * Annotates a corpus on a Spark cluster. The driver reads the corpus; each unit is a Spark job of
 * one task, which an executor annotates and writes. Spark repeats the units of lost executors. The
 * shards are byte-identical to those of {@link AnnotatePipeline}.
 *
 * <p>The tokenizer, the folder of shards and own models have the same paths on all machines.
 */
public final class SparkAnnotation {
    /** Fewest units at a time: an application may start before its executors. */
    private static final int LEAST_UNITS_AT_A_TIME = 8;

    private final JavaSparkContext spark;
    private final RemoteJob job;

    private SparkAnnotation(JavaSparkContext spark, RemoteJob job) {
        this.spark = spark;
        this.job = job;
    }

    /**
     * Runs a job, or the remainder of an interrupted one.
     *
     * @param job its threads are the units that are annotated at a time
     * @param annotators opens the job's annotators in an executor
     * @param spark the application, which stays open
     * @throws LimeException as of {@link AnnotatePipeline#run(AnnotateJob, Consumer)}, or if a unit
     *     failed {@code spark.task.maxFailures} times
     */
    public static AnnotateReport run(
            AnnotateJob job,
            AnnotatorSource annotators,
            JavaSparkContext spark,
            Consumer<AnnotateProgress> listener) {
        RemoteJob remote = RemoteJob.of(UUID.randomUUID().toString(), job, annotators);
        try {
            return AnnotatePipeline.run(
                    job, new SparkAnnotation(spark, remote)::annotate, listener);
        } catch (RuntimeException | Error e) {
            if (!spark.sc().isStopped()) {
                spark.cancelJobGroup(remote.id());
            }
            throw e;
        }
    }

    /** Returns how many units to annotate at a time: two per core of the cluster. */
    public static int unitsAtATime(JavaSparkContext spark) {
        return Math.max(LEAST_UNITS_AT_A_TIME, 2 * spark.defaultParallelism());
    }

    private byte[] annotate(byte[] unit) throws Exception {
        RemoteJob remote = job; // a task that captured this would serialize the context
        Broadcast<byte[]> documents = spark.broadcast(unit);
        spark.setJobGroup(remote.id(), "annotate " + remote.output(), true);
        byte[] outcome;
        try {
            outcome =
                    spark.parallelize(List.of(documents), 1)
                            .map(text -> remote.annotate(text.value()))
                            .collect()
                            .get(0);
        } catch (Exception e) { // Spark throws SparkException without declaring it
            throw e instanceof SparkException ? failure(e) : e;
        }
        documents.destroy(false);
        return outcome;
    }

    /** Returns an exception that states why an executor failed, without its stack trace. */
    private static LimeException failure(Exception e) {
        String message = String.valueOf(e.getMessage());
        String name = LimeException.class.getName() + ": ";
        String reason =
                message.lines()
                        .filter(line -> line.contains(name))
                        .map(line -> line.substring(line.indexOf(name) + name.length()))
                        .findFirst()
                        .orElseGet(() -> message.lines().findFirst().orElse(""));
        return new LimeException("[spark] " + reason, e);
    }
}
