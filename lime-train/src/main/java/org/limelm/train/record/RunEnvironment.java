package org.limelm.train.record;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.time.Instant;
import java.util.Optional;
import org.limelm.model.device.Threads;

/**
 * What a run ran on: {@code environment.json}.
 *
 * @param lime version of this library
 * @param java version and vendor of the virtual machine
 * @param os name, version and architecture
 * @param processors logical processors that the virtual machine sees
 * @param maxHeapBytes largest heap of the virtual machine
 * @param engine tensor library and version
 * @param device that holds the model
 * @param threads of the tensor library, in each process
 * @param processes that train together
 * @param started when the run, or this part of it, began
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
     * Returns what this process runs on.
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
