package org.limelm.train.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.limelm.core.io.Json;

/** Server-sent events of an answer, which begins with the first of them. */
final class EventStream {
    private final HttpCall call;
    private Optional<OutputStream> out = Optional.empty();

    EventStream(HttpCall call) {
        this.call = call;
    }

    /** Sends an event at once. */
    void send(ObjectNode event) {
        send(Json.toLine(event));
    }

    /** Sends the event that ends the stream, and ends it. */
    void done() {
        send("[DONE]");
        end();
    }

    /** Ends the stream. */
    void end() {
        try {
            if (out.isPresent()) {
                out.get().close();
            }
        } catch (IOException e) {
            throw new HttpCall.ClientGoneException(e);
        }
    }

    private void send(String data) {
        OutputStream stream = out.orElseGet(call::events);
        out = Optional.of(stream);
        try {
            stream.write(("data: " + data + "\n\n").getBytes(UTF_8));
            stream.flush();
        } catch (IOException e) {
            throw new HttpCall.ClientGoneException(e);
        }
    }
}
