package org.limelm.train.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.limelm.core.LimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers models over HTTP: completions in the shape of OpenAI's API, and a page that shows text as
 * the models read it. Paths, fields and errors are described in docs/serving.md.
 *
 * <p>Each model serves one request at a time; further ones wait. {@link #stop} lets requests in
 * work finish.
 */
public final class LimeServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LimeServer.class);

    /** Threads for requests that use no model, beside those that are admitted. */
    private static final int SPARE_THREADS = 16;

    private static final int POLL_MILLIS = 10;

    private static final int SECONDS_TO_READ_AN_ANSWER = 60;

    private final HttpServer http;
    private final ThreadPoolExecutor threads;
    private final ServedModels models;
    private final ServeLimits limits;
    private final Admission admission;
    private final AccessRule access;
    private final Routes routes;
    private volatile boolean stopping;

    private LimeServer(HttpServer http, List<ServedModel> models, ServeLimits limits) {
        this.http = http;
        this.limits = limits;
        this.models = new ServedModels(List.copyOf(models), Instant.now().getEpochSecond());
        this.admission = new Admission(limits);
        this.access = AccessRule.of(http.getAddress());
        this.routes = new Routes(this.models, limits, admission);
        int most = limits.concurrentRequests() + limits.queuedRequests() + SPARE_THREADS;
        threads =
                new ThreadPoolExecutor(
                        most,
                        most,
                        10,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        LimeServer::thread);
        threads.allowCoreThreadTimeOut(true);
        http.setExecutor(threads);
        http.createContext("/", this::handle);
        http.start();
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "lime-serve");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Starts a server.
     *
     * @param models at least one; not closed by the server
     * @param host name or address to listen on
     * @param port port to listen on; 0 = any free one
     * @throws LimeException if the address is not available
     */
    public static LimeServer start(
            List<ServedModel> models, String host, int port, ServeLimits limits) {
        if (models.isEmpty()) {
            throw new LimeException("[serve] no model, expected at least one");
        }
        // Read once per process, by the first server: answers without delay, no endless requests,
        // and no client that stops reading.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        long timeoutSeconds = Math.max(1, limits.timeout().toSeconds());
        System.setProperty("sun.net.httpserver.maxReqTime", Long.toString(timeoutSeconds));
        System.setProperty(
                "sun.net.httpserver.maxRspTime",
                Long.toString(timeoutSeconds + SECONDS_TO_READ_AN_ANSWER));
        try {
            InetAddress address = InetAddress.getByName(host);
            return new LimeServer(
                    HttpServer.create(new InetSocketAddress(address, port), 0), models, limits);
        } catch (UnknownHostException e) {
            throw new LimeException(
                    "[serve] unknown host '%s', expected a name or address of this machine"
                            .formatted(host),
                    e);
        } catch (BindException e) {
            throw new LimeException(
                    "[serve] %s:%d is not available: %s. Hint: choose another --port, 0 for any"
                            .formatted(host, port, e.getMessage()),
                    e);
        } catch (IOException e) {
            throw new LimeException("[serve] " + host + ":" + port + ": " + e.getMessage(), e);
        }
    }

    /** Returns the address of the server: {@code http://127.0.0.1:8080}. */
    public String url() {
        InetSocketAddress address = http.getAddress();
        String host = address.getAddress().getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private void handle(HttpExchange exchange) {
        long started = System.nanoTime();
        try (HttpCall call = new HttpCall(exchange)) {
            try {
                answer(call);
            } catch (HttpCall.ClientGoneException e) {
                call.note("client gone");
            } catch (RuntimeException | Error e) {
                fail(call, e);
            }
            LOG.info(
                    "{} {} {} {} ms{}",
                    call.method(),
                    call.path(),
                    call.status(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started),
                    call.detail());
        }
    }

    private void answer(HttpCall call) {
        access.check(call);
        if (call.path().equals("/health")) {
            call.json(stopping ? 503 : 200, health());
            return;
        }
        if (stopping) {
            throw RequestException.of(503, "stopping", "the server is stopping");
        }
        routes.answer(call, Deadline.in(limits.timeout()));
    }

    private ObjectNode health() {
        ObjectNode health = JsonNodeFactory.instance.objectNode();
        health.put("status", stopping ? "stopping" : "ok");
        health.put("requests", admission.inFlight());
        models.all().forEach(model -> health.withArray("models").add(model.name()));
        return health;
    }

    private static void fail(HttpCall call, Throwable error) {
        RequestException answer = error(error);
        if (answer.status() == 500) {
            LOG.error("{} {} failed", call.method(), call.path(), error);
        }
        call.note(String.valueOf(answer.getMessage()));
        if (call.status() == 0) {
            try {
                call.json(answer.status(), answer.toJson());
            } catch (HttpCall.ClientGoneException e) {
                call.note("client gone");
            }
        }
    }

    /**
     * Returns the error that a client sees: problems it can fix by name, others without details.
     */
    static RequestException error(Throwable error) {
        if (error instanceof RequestException known) {
            return known;
        }
        return error instanceof LimeException
                ? RequestException.of(400, "invalid_request", String.valueOf(error.getMessage()))
                : RequestException.of(
                        500, "internal_error", "internal error; the server's log has the details");
    }

    /**
     * Stops: new requests are refused with status 503, those that were admitted finish.
     *
     * @param grace maximum time to wait for them
     * @return whether all of them finished
     */
    public boolean stop(Duration grace) {
        stopping = true;
        Deadline deadline = Deadline.in(grace);
        boolean finished = admission.inFlight() == 0;
        while (!finished && deadline.remainingNanos() > 0) {
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            finished = admission.inFlight() == 0;
        }
        http.stop(0);
        threads.shutdown();
        return finished;
    }

    /** Stops at once. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
