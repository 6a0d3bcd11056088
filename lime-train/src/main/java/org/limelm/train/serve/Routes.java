package org.limelm.train.serve;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The paths of a server, apart from its health. */
final class Routes {
    private static final String MODELS = "/v1/models";

    private final Map<String, Route> routes = new LinkedHashMap<>();
    private final ServedModels models;
    private final Admission admission;

    /** Answers a request. */
    @FunctionalInterface
    private interface Handler {
        void handle(HttpCall call, Deadline deadline);
    }

    /** A method and what answers it; {@code limited} requests count as requests in work. */
    private record Route(String method, boolean limited, Handler handler) {}

    Routes(ServedModels models, ServeLimits limits, Admission admission) {
        this.models = models;
        this.admission = admission;
        CompletionHandler completions = new CompletionHandler(models, limits, admission);
        InspectHandler inspect = new InspectHandler(models, limits, admission);
        TokenizeHandler tokenize = new TokenizeHandler(models, limits);
        post("/v1/completions", completions::handle);
        post("/api/inspect", inspect::handle);
        post("/tokenize", (call, deadline) -> tokenize.tokenize(call));
        post("/detokenize", (call, deadline) -> tokenize.detokenize(call));
        get("/tokenizer_info", (call, deadline) -> tokenize.info(call));
        get(MODELS, (call, deadline) -> call.json(200, models.toJson()));
        for (PageFile file : PageFile.values()) {
            get(file.path(), (call, deadline) -> call.send(200, file.type(), file.content()));
        }
    }

    private void post(String path, Handler handler) {
        routes.put(path, new Route("POST", true, handler));
    }

    private void get(String path, Handler handler) {
        routes.put(path, new Route("GET", false, handler));
    }

    /**
     * Answers a request.
     *
     * @throws RequestException with status 404 or 405 if there is no such path or method
     */
    void answer(HttpCall call, Deadline deadline) {
        Route route = route(call.path());
        if (!call.method().equals(route.method())) {
            throw RequestException.of(
                    405,
                    "method_not_allowed",
                    call.method() + " " + call.path() + ", expected " + route.method());
        }
        if (route.limited()) {
            admission.admit(() -> route.handler().handle(call, deadline));
        } else {
            route.handler().handle(call, deadline);
        }
    }

    private Route route(String path) {
        if (path.startsWith(MODELS + "/")) {
            Optional<String> name = Optional.of(path.substring(MODELS.length() + 1));
            return new Route(
                    "GET",
                    false,
                    (call, deadline) -> call.json(200, models.toJson(models.get(name))));
        }
        Route route = routes.get(path);
        if (route == null) {
            throw RequestException.of(
                    404, "not_found", "no path " + path + ", expected one of " + routes.keySet());
        }
        return route;
    }
}
