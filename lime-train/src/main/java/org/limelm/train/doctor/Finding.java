package org.limelm.train.doctor;

/**
 * The result of one check.
 *
 * @param what the subject of the check
 * @param ok whether the check passed
 * @param found what was found
 * @param remedy how to fix it if the check failed
 */
public record Finding(String what, boolean ok, String found, String remedy) {}
