package org.limelm.model.decoder;

import static java.util.stream.Collectors.joining;

import ai.djl.Device;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.limelm.core.LimeException;
import org.limelm.model.internal.cuda.CudaModule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The compiled kernels of {@link CudaRowKernels}, once per GPU. */
final class RowKernelModules {
    private static final Logger LOG = LoggerFactory.getLogger(RowKernelModules.class);
    private static final List<String> SOURCES =
            List.of("rows.cu", "rows_norm.cu", "rows_gate.cu", "rows_rotate.cu", "rows_loss.cu");
    private static final Map<Device, Optional<CudaModule>> MODULES = new ConcurrentHashMap<>();

    private RowKernelModules() {}

    /** Returns the kernels for a GPU, or nothing if they do not compile; the log says why. */
    static Optional<CudaModule> of(Device device) {
        return MODULES.computeIfAbsent(device, RowKernelModules::compile);
    }

    private static Optional<CudaModule> compile(Device device) {
        String source = SOURCES.stream().map(RowKernelModules::read).collect(joining("\n"));
        try {
            return Optional.of(CudaModule.compile(source, "rows.cu", device));
        } catch (LinkageError | LimeException e) {
            LOG.warn("Training on {} is slower: {}", device, e.getMessage());
            return Optional.empty();
        }
    }

    private static String read(String file) {
        try (InputStream in = RowKernelModules.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
