package org.limelm.train.plan;

/**
 * One part of the memory of a process.
 *
 * @param name what it holds
 * @param bytes its size
 * @param from how the size comes about
 */
public record MemoryPart(String name, long bytes, String from) {}
