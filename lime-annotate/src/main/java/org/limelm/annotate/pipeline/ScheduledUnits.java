package org.limelm.annotate.pipeline;

import java.nio.charset.StandardCharsets;
import org.limelm.core.io.Json;

/** Units that other processes annotate. */
final class ScheduledUnits implements UnitAnnotation {
    private final UnitScheduler scheduler;
    private final AnnotatedCounter counter;

    ScheduledUnits(UnitScheduler scheduler, AnnotatedCounter counter) {
        this.scheduler = scheduler;
        this.counter = counter;
    }

    @Override
    public UnitOutcome annotate(Unit unit) throws Exception {
        String answer = new String(scheduler.annotate(unit.toBytes()), StandardCharsets.UTF_8);
        UnitOutcome outcome = Json.parse(answer, UnitOutcome.class, "unit " + unit.number());
        if (outcome.reused()) {
            counter.countReused(unit.characters());
        } else {
            counter.countAnnotated(unit.characters(), outcome.finished().words());
        }
        return outcome;
    }
}
