package org.limelm.train.cli;

import picocli.CommandLine.IVersionProvider;

/** The version from the manifest of the running jar. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"lime " + current()};
    }

    /** Returns the version, or {@code development} if the classes are not loaded from a jar. */
    static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
