package org.limelm.train.bench;

import ai.djl.Device;

/**
 * A comparison of a computation on a device with another one: with the same one on the CPU in
 * float32, or with one on the device that must give the same result.
 */
interface DeviceCheck {
    /** Returns what is compared. */
    String name();

    /** Returns the largest distance of a right result; 0 = equal bits. */
    double tolerance();

    /** Returns the relative distance |a − b| / |b| of the device's result a from the expected b. */
    double distance(Device device);

    /** Returns |a − b| / |b| over all values together. */
    static double relative(float[] actual, float[] expected) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow(actual[i] - expected[i], 2);
            size += (double) expected[i] * expected[i];
        }
        return Math.sqrt(difference / size);
    }
}
