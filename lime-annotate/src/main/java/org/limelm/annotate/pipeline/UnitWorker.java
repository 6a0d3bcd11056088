package org.limelm.annotate.pipeline;

import java.nio.charset.StandardCharsets;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.io.Json;

/**
 * Annotates units that a {@link UnitScheduler} received, in this process, into the folder of the
 * job. An attempt that was interrupted anywhere may be repeated, here or elsewhere, even while it
 * runs: the bytes of a shard depend on its unit alone, and files appear whole. Thread-safe.
 */
public final class UnitWorker {
    private final UnitAnnotator annotator;

    /**
     * Prepares the work on a job.
     *
     * @param job the job; its corpus is not read
     * @throws org.limelm.core.LimeException if the tokenizer cannot be read
     */
    public UnitWorker(AnnotateJob job) {
        this.annotator =
                new UnitAnnotator(
                        job,
                        SubwordTokenizer.load(job.tokenizer(), job.endOfText()),
                        AnnotatedCounter.NONE);
    }

    /**
     * Annotates a unit, unless its shard is complete.
     *
     * @param unit what the scheduler received
     * @return what the scheduler returns
     * @throws org.limelm.core.LimeException if a document cannot be annotated or the shard cannot
     *     be written
     */
    public byte[] annotate(byte[] unit) {
        UnitOutcome outcome = annotator.annotate(Unit.fromBytes(unit));
        return Json.toLine(outcome).getBytes(StandardCharsets.UTF_8);
    }
}
