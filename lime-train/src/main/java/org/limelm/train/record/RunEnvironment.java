package org.limelm.train.record;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;
import org.limelm.model.device.Threads;
import org.limelm.train.internal.measure.Processor;

/**
 * The environment of one part of a run, a line of {@code history.jsonl}.
 *
 * @param step optimizer steps done before this part
 * @param started when this part began
 * @param command main class and arguments of the process
 * @param lime version of this library
 * @param revision commit that it was built from, or {@code unknown}
 * @param java version and vendor of the JVM
 * @param os name, version and architecture
 * @param host name of the machine
 * @param processor CPU model, empty if unknown
 * @param processors logical processors visible to the JVM
 * @param maxHeapBytes maximum heap size of the JVM
 * @param engine tensor library and version
 * @param device device of the model
 * @param threads threads of the tensor library per process
 * @param processes that train together
 */
public record RunEnvironment(
        long step,
        Instant started,
        String command,
        String lime,
        String revision,
        String java,
        String os,
        String host,
        String processor,
        int processors,
        long maxHeapBytes,
        String engine,
        String device,
        int threads,
        int processes) {
    private static final String UNKNOWN = "unknown";

    /**
     * Returns the environment of this process.
     *
     * @param step optimizer steps done so far
     * @param processes that train together
     */
    public static RunEnvironment current(long step, Device device, int processes) {
        Engine engine = Engine.getEngine("PyTorch");
        Optional<String> version =
                Optional.ofNullable(RunEnvironment.class.getPackage().getImplementationVersion());
        return new RunEnvironment(
                step,
                Instant.now(),
                System.getProperty("sun.java.command", "unknown"),
                version.orElse("development"),
                builtFrom(),
                System.getProperty("java.version") + " " + System.getProperty("java.vendor"),
                System.getProperty("os.name")
                        + " "
                        + System.getProperty("os.version")
                        + " "
                        + System.getProperty("os.arch"),
                hostName(),
                Processor.name(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory(),
                engine.getEngineName() + " " + engine.getVersion(),
                device.toString(),
                Threads.inUse(),
                processes);
    }

    /** Returns the commit that the build wrote into the library. */
    private static String builtFrom() {
        try (InputStream in =
                RunEnvironment.class.getResourceAsStream("/org/limelm/train/git.properties")) {
            if (in == null) {
                return UNKNOWN;
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("git.commit.id", UNKNOWN);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    /** Returns whether the model was on the CPU, not on a GPU. */
    public boolean onCpu() {
        return device.startsWith(Device.Type.CPU);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return UNKNOWN;
        }
    }
}
