package org.limelm.train.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.limelm.core.LimeException;

/** {@code POST /v1/completions}. */
final class CompletionHandler {
    private final ServedModels models;
    private final ServeLimits limits;
    private final Admission admission;
    private final AtomicLong count = new AtomicLong();

    CompletionHandler(ServedModels models, ServeLimits limits, Admission admission) {
        this.models = models;
        this.limits = limits;
        this.admission = admission;
    }

    void handle(HttpCall call, Deadline deadline) {
        CompletionRequest request = CompletionRequest.parse(call.body(limits.bodyBytes()), limits);
        ServedModel served = models.get(request.model());
        Completion completion = new Completion(served, request, deadline);
        String id = "cmpl-" + count.incrementAndGet();
        long created = Instant.now().getEpochSecond();
        ObjectNode answer = completion.head(id, created);
        admission.work(
                served.lock(),
                deadline,
                () -> {
                    if (request.stream()) {
                        stream(call, completion, request, answer);
                    } else {
                        complete(completion, answer);
                    }
                });
        if (!request.stream()) {
            call.json(200, answer); // without the lock: the client may read slowly
        }
        ObjectNode usage = completion.usage();
        call.note(
                served.name()
                        + " prompts="
                        + request.prompts().size()
                        + " prompt_tokens="
                        + usage.path("prompt_tokens")
                        + " completion_tokens="
                        + usage.path("completion_tokens"));
    }

    private void complete(Completion completion, ObjectNode answer) {
        Map<Integer, StringBuilder> texts = new TreeMap<>();
        ArrayNode choices = JsonNodeFactory.instance.arrayNode();
        completion.run(
                limits,
                (index, text, columns, finish) -> {
                    StringBuilder all =
                            texts.computeIfAbsent(index, any -> new StringBuilder()).append(text);
                    if (finish.isPresent()) {
                        choices.add(completion.choice(index, all.toString(), columns, finish));
                    }
                });
        answer.set("choices", choices);
        answer.set("usage", completion.usage());
        answer.set("lime", completion.lime());
    }

    private void stream(
            HttpCall call, Completion completion, CompletionRequest request, ObjectNode head) {
        EventStream events = new EventStream(call);
        try {
            completion.run(
                    limits,
                    (index, text, columns, finish) -> {
                        ObjectNode event = head.deepCopy();
                        event.putArray("choices")
                                .add(completion.choice(index, text, columns, finish));
                        events.send(event);
                    });
        } catch (RequestException | LimeException e) {
            if (call.status() == 0) {
                throw e;
            }
            events.send(LimeServer.error(e).toJson());
            events.end();
            return;
        }
        ObjectNode last = head.deepCopy();
        last.putArray("choices");
        last.set("lime", completion.lime());
        if (request.streamUsage()) {
            last.set("usage", completion.usage());
        }
        events.send(last);
        events.done();
    }
}
