package org.limelm.train.record;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.time.Instant;
import java.util.Optional;
import org.limelm.model.device.Threads;

/**
 * The environment of a run: {@code environment.json}.
 *
 * @param lime version of this library
 * @param java version and vendor of the JVM
 * @param os name, version and architecture
 * @param processors logical processors visible to the JVM
 * @param maxHeapBytes maximum heap size of the JVM
 * @param engine tensor library and version
 * @param device device of the model
 * @param threads threads of the tensor library per process
 * @param processes that train together
 * @param started start time of this part of the run
 */
public record RunEnvironment(
        String lime,
        String java,
        String os,
        int processors,
        long maxHeapBytes,
        String engine,
        String device,
        int threads,
        int processes,
        Instant started) {

    /**
     * Returns the environment of this process.
     *
     * @param processes that train together
     */
    public static RunEnvironment current(Device device, int processes) {
        Engine engine = Engine.getEngine("PyTorch");
        Optional<String> version =
                Optional.ofNullable(RunEnvironment.class.getPackage().getImplementationVersion());
        return new RunEnvironment(
                version.orElse("development"),
                System.getProperty("java.version") + " " + System.getProperty("java.vendor"),
                System.getProperty("os.name")
                        + " "
                        + System.getProperty("os.version")
                        + " "
                        + System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory(),
                engine.getEngineName() + " " + engine.getVersion(),
                device.toString(),
                Threads.inUse(),
                processes,
                Instant.now());
    }
}
