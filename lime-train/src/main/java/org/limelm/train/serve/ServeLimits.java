package org.limelm.train.serve;

import java.time.Duration;
import org.limelm.core.ConfigException;

/**
 * What a server accepts.
 *
 * @param bodyBytes maximum size of a request's body
 * @param promptTokens maximum number of tokens of one prompt
 * @param maxTokens maximum number of tokens to generate per prompt
 * @param concurrentRequests number of requests that are worked on at the same time; each model
 *     serves one at a time
 * @param queuedRequests number of further requests that wait
 * @param timeout maximum duration of a request, waiting included
 */
public record ServeLimits(
        int bodyBytes,
        int promptTokens,
        int maxTokens,
        int concurrentRequests,
        int queuedRequests,
        Duration timeout) {
    private static final int MOST_BODY_BYTES = 1 << 30;

    /** Checks the ranges. */
    public ServeLimits {
        require("body", bodyBytes, 1);
        if (bodyBytes > MOST_BODY_BYTES) {
            throw new ConfigException(
                    "[body] " + bodyBytes + ", expected " + MOST_BODY_BYTES + " or less");
        }
        require("prompt tokens", promptTokens, 1);
        require("max tokens", maxTokens, 1);
        require("concurrent requests", concurrentRequests, 1);
        require("queue", queuedRequests, 0);
        if (timeout.isNegative() || timeout.isZero()) {
            throw new ConfigException("[timeout] " + timeout + ", expected above 0");
        }
    }

    private static void require(String name, int value, int least) {
        if (value < least) {
            throw new ConfigException(
                    "[" + name + "] " + value + ", expected " + least + " or more");
        }
    }

    /**
     * Returns the defaults: 1 MiB, 4,096 tokens of prompt, 1,024 generated, 2 requests at the same
     * time, 64 waiting, 120 s.
     */
    public static ServeLimits defaults() {
        return new ServeLimits(1 << 20, 4_096, 1_024, 2, 64, Duration.ofMinutes(2));
    }
}
