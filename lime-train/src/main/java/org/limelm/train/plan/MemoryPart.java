package org.limelm.train.plan;

/**
 * One part of the memory of a process.
 *
 * @param name what the memory holds
 * @param bytes its size
 * @param from how the size is computed
 */
public record MemoryPart(String name, long bytes, String from) {}
