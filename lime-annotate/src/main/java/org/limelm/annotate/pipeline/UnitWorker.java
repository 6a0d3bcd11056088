package org.limelm.annotate.pipeline;

import java.nio.charset.StandardCharsets;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.io.Json;
import org.limelm.core.shard.TokenizerInfo;

/**
 * Annotates units that a {@link UnitScheduler} received, in this process, into the folder of the
 * job. An attempt that was interrupted anywhere may be repeated, here or elsewhere, even while it
 * runs: the bytes of a shard depend on its unit alone, and files appear whole. Thread-safe.
 */
public final class UnitWorker implements AutoCloseable {
    private final SubwordTokenizer tokenizer;
    private final UnitAnnotator annotator;

    /**
     * The answer to the process that reads the corpus.
     *
     * @param tokenizer the tokenizer of this process
     * @param outcome the outcome of the unit
     */
    record Answer(TokenizerInfo tokenizer, UnitOutcome outcome) {}

    /**
     * Prepares the work on a job.
     *
     * @param job the job; its corpus is not read
     * @throws org.limelm.core.LimeException if the tokenizer cannot be read
     */
    public UnitWorker(AnnotateJob job) {
        this.tokenizer = SubwordTokenizer.load(job.tokenizer(), job.endOfText());
        this.annotator = new UnitAnnotator(job, tokenizer, AnnotatedCounter.NONE);
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
        return Json.toLine(new Answer(tokenizer.info(), outcome)).getBytes(StandardCharsets.UTF_8);
    }

    /** Releases the tokenizer. */
    @Override
    public void close() {
        tokenizer.close();
    }
}
