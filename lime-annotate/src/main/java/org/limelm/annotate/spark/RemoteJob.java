package org.limelm.annotate.spark;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.pipeline.AnnotateJob;
import org.limelm.annotate.pipeline.UnitWorker;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.Alignment;

/**
 * What an executor needs to know of a job.
 *
 * @param id distinguishes jobs
 * @param tokenizer absolute path of the {@code tokenizer.json}
 * @param endOfText the token that ends documents; blank = from the tokenizer's files
 * @param output absolute path of the folder of shards
 * @param mode label of the annotation mode
 * @param alignment label of the alignment
 * @param reader reader options as JSON
 * @param annotators opens the annotators
 * @param annotatorId the id that they must have
 */
record RemoteJob(
        String id,
        String tokenizer,
        String endOfText,
        String output,
        String mode,
        String alignment,
        String reader,
        AnnotatorSource annotators,
        String annotatorId)
        implements Serializable {
    /** The worker of this executor's last job: models are loaded once per job. */
    private static final AtomicReference<@Nullable Shared> LAST = new AtomicReference<>();

    /** A worker that several threads use; closed by the last one after it was replaced. */
    private static final class Shared {
        private final String job;
        private final UnitWorker worker;
        private int users;
        private boolean replaced;

        Shared(String job, UnitWorker worker) {
            this.job = job;
            this.worker = worker;
        }

        private void closeIfUnused() {
            if (replaced && users == 0) {
                worker.close();
            }
        }
    }

    /**
     * Describes a job.
     *
     * @param id distinguishes it from the others of the Spark application
     */
    static RemoteJob of(String id, AnnotateJob job, AnnotatorSource annotators) {
        return new RemoteJob(
                id,
                job.tokenizer().toAbsolutePath().toString(),
                job.endOfText().orElse(""),
                job.output().toAbsolutePath().toString(),
                job.mode().label(),
                job.alignment().label(),
                Json.toLine(job.reader()),
                annotators,
                job.annotators().id());
    }

    /** Annotates a unit in this process. */
    byte[] annotate(byte[] unit) {
        Shared shared = acquire();
        try {
            return shared.worker.annotate(unit);
        } finally {
            release(shared);
        }
    }

    private Shared acquire() {
        synchronized (LAST) {
            Shared last = LAST.get();
            if (last == null || !last.job.equals(id)) {
                Shared own = new Shared(id, new UnitWorker(job()));
                LAST.set(own);
                if (last != null) {
                    last.replaced = true;
                    last.closeIfUnused();
                }
                last = own;
            }
            last.users++;
            return last;
        }
    }

    private static void release(Shared shared) {
        synchronized (LAST) {
            shared.users--;
            shared.closeIfUnused();
        }
    }

    private AnnotateJob job() {
        Path folder = Path.of(output);
        Annotators opened = annotators.open(folder);
        if (!opened.id().equals(annotatorId)) {
            throw new LimeException(
                    "[spark] the annotators of an executor have id "
                            + opened.id()
                            + ", those of the driver "
                            + annotatorId
                            + ". Hint: do all machines have the same version of LIME and the same"
                            + " models?");
        }
        return new AnnotateJob(
                List.of(),
                Path.of(tokenizer),
                endOfText.isEmpty() ? Optional.empty() : Optional.of(endOfText),
                folder,
                AnnotationMode.of(mode),
                Alignment.of(alignment),
                opened,
                Json.parse(reader, ReaderOptions.class, "reader options"),
                1,
                1);
    }
}
