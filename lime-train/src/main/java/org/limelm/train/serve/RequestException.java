package org.limelm.train.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** A request that is answered with an error, in the shape of OpenAI's API. */
final class RequestException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;
    private final String field;

    private RequestException(int status, String code, String field, String message) {
        super(message);
        this.status = status;
        this.code = code;
        this.field = field;
    }

    /** Returns an error of a field's value. */
    static RequestException of(String field, String message) {
        return new RequestException(400, "invalid_value", field, message);
    }

    /**
     * Returns an error.
     *
     * @param status HTTP status, 400 or more
     * @param code machine-readable name of the error
     */
    static RequestException of(int status, String code, String message) {
        return new RequestException(status, code, "", message);
    }

    int status() {
        return status;
    }

    /** Returns the answer: {@code {"error": {"message", "type", "param", "code"}}}. */
    ObjectNode toJson() {
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.put("message", getMessage());
        error.put("type", status < 500 ? "invalid_request_error" : "server_error");
        error.put("param", Optional.of(field).filter(name -> !name.isEmpty()).orElse(null));
        error.put("code", code);
        return JsonNodeFactory.instance.objectNode().set("error", error);
    }
}
