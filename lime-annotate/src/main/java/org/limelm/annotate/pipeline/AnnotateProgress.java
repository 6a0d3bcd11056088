package org.limelm.annotate.pipeline;

/**
 * The progress of an annotation.
 *
 * @param bytesRead bytes of the corpus files read so far, before decompression
 * @param bytesAnnotated the part of them whose text is annotated, estimated from its characters
 * @param bytesTotal size of the corpus files
 * @param unitsDone units whose shard is finished
 * @param words linguistic tokens annotated in this run
 * @param seconds seconds since the start
 */
public record AnnotateProgress(
        long bytesRead,
        long bytesAnnotated,
        long bytesTotal,
        long unitsDone,
        long words,
        double seconds) {
    /** Returns the speed of this run. */
    public double wordsPerSecond() {
        return seconds > 0 ? words / seconds : 0;
    }
}
