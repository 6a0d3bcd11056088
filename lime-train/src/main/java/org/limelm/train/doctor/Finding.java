package org.limelm.train.doctor;

/**
 * One finding.
 *
 * @param what what was looked at
 * @param ok whether it is as it should be
 * @param found what there is
 * @param remedy what to do where it is not
 */
public record Finding(String what, boolean ok, String found, String remedy) {}
