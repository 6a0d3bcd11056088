package org.limelm.train.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.limelm.core.io.Json;

/** One request and its answer. */
final class HttpCall implements AutoCloseable {
    private final HttpExchange exchange;
    private int status;
    private String detail = "";

    HttpCall(HttpExchange exchange) {
        this.exchange = exchange;
    }

    String method() {
        return exchange.getRequestMethod();
    }

    String path() {
        return exchange.getRequestURI().getPath();
    }

    /** Returns a header of the request; empty if it is absent. */
    String header(String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    /**
     * Reads the body.
     *
     * @throws RequestException with status 413 if it is larger than allowed, or 400 if the client
     *     stops sending it
     */
    String body(int mostBytes) {
        try (InputStream in = exchange.getRequestBody()) {
            byte[] bytes = in.readNBytes(mostBytes + 1);
            if (bytes.length > mostBytes) {
                throw RequestException.of(
                        413,
                        "body_too_large",
                        "the body has more than " + mostBytes + " bytes, the limit of this server");
            }
            return new String(bytes, UTF_8);
        } catch (IOException e) {
            throw RequestException.of(400, "incomplete", "the body could not be read");
        }
    }

    /** Answers with a JSON document. */
    void json(int code, Object document) {
        if (code == 429 || code == 503) {
            exchange.getResponseHeaders().set("Retry-After", "1");
        }
        send(code, "application/json", Json.toLine(document).getBytes(UTF_8));
    }

    /** Answers with bytes. */
    void send(int code, String type, byte[] content) {
        begin(code, type);
        try {
            exchange.sendResponseHeaders(code, content.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(content);
            }
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    /** Answers with server-sent events; the stream ends when the call is closed. */
    OutputStream events() {
        begin(200, "text/event-stream");
        try {
            exchange.sendResponseHeaders(200, 0); // chunked
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
        return exchange.getResponseBody();
    }

    private void begin(int code, String type) {
        status = code;
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.getResponseHeaders()
                .set(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'self'; script-src 'self';"
                                + " connect-src 'self'; img-src data:; base-uri 'none';"
                                + " form-action 'none'; frame-ancestors 'none'");
    }

    /** Returns the status of the answer; 0 if it has not begun. */
    int status() {
        return status;
    }

    /** Adds to the line of the log. */
    void note(String text) {
        detail = detail + " " + text;
    }

    /** Returns what was noted. */
    String detail() {
        return detail;
    }

    @Override
    public void close() {
        exchange.close();
    }

    /** The client closed the connection before it had the answer. */
    static final class ClientGoneException extends RuntimeException {
        private static final long serialVersionUID = 1;

        ClientGoneException(IOException cause) {
            super(cause);
        }
    }
}
