package org.limelm.train.task;

/**
 * The contribution of one example to a figure.
 *
 * @param value 0 or 1 for a share, nats for a perplexity, bits for bits per byte
 * @param weight bytes for bits per byte, otherwise 1
 */
record Sample(double value, double weight) {
    static Sample of(double value) {
        return new Sample(value, 1);
    }

    static Sample of(boolean right) {
        return new Sample(right ? 1 : 0, 1);
    }
}
