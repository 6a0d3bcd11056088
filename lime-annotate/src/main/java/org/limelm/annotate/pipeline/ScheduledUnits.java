package org.limelm.annotate.pipeline;

import java.nio.charset.StandardCharsets;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.core.shard.TokenizerInfo;

/** Units that other processes annotate. */
final class ScheduledUnits implements UnitAnnotation {
    private final UnitScheduler scheduler;
    private final TokenizerInfo tokenizer;
    private final AnnotatedCounter counter;

    /**
     * Creates the work.
     *
     * @param tokenizer the tokenizer that all processes must have
     */
    ScheduledUnits(UnitScheduler scheduler, TokenizerInfo tokenizer, AnnotatedCounter counter) {
        this.scheduler = scheduler;
        this.tokenizer = tokenizer;
        this.counter = counter;
    }

    @Override
    public UnitOutcome annotate(Unit unit) throws Exception {
        String text = new String(scheduler.annotate(unit.toBytes()), StandardCharsets.UTF_8);
        UnitWorker.Answer answer = Json.parse(text, UnitWorker.Answer.class, "annotated unit");
        if (!answer.tokenizer().equals(tokenizer)) {
            throw new LimeException(
                    "[annotate] another process has tokenizer %s, expected %s. Hint: do all machines have the same tokenizer files at this path?"
                            .formatted(answer.tokenizer(), tokenizer));
        }
        UnitOutcome outcome = answer.outcome();
        if (outcome.reused()) {
            counter.countReused(unit.characters());
        } else {
            counter.countAnnotated(unit.characters(), outcome.finished().words());
        }
        return outcome;
    }
}
