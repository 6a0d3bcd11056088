package org.limelm.train.serve;

import java.net.InetSocketAddress;
import java.util.Set;

/**
 * Refuses requests that a page of another site makes a browser send: with the origin of another
 * host, or, to a server that listens on the loopback interface, with a host name that merely
 * resolves to it.
 *
 * @param loopback whether the server listens on the loopback interface only
 * @param address the address that it listens on
 */
record AccessRule(boolean loopback, String address) {
    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

    static AccessRule of(InetSocketAddress address) {
        return new AccessRule(
                address.getAddress().isLoopbackAddress(), address.getAddress().getHostAddress());
    }

    /**
     * Checks the headers {@code Host} and {@code Origin}.
     *
     * @throws RequestException with status 403
     */
    void check(HttpCall call) {
        String host = call.header("Host");
        String name = host.replaceFirst(":\\d*$", "");
        if (loopback && !LOCAL.contains(name) && !name.equals(address)) {
            throw RequestException.of(
                    403,
                    "forbidden",
                    "host '" + name + "', expected localhost: this server is for this machine");
        }
        String origin = call.header("Origin");
        if (!origin.isEmpty() && !origin.equals("http://" + host)) {
            throw RequestException.of(
                    403, "forbidden", "a page of " + origin + " may not use this server");
        }
    }
}
