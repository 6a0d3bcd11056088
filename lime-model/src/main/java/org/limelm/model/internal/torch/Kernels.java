package org.limelm.model.internal.torch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of TorchScript source files whose functions may call each other. They are compiled on first
 * use and shared by all users of the same instance. Compiled functions are stateless and never
 * unloaded.
 */
public final class Kernels {
    /** Helpers for single arrays: tensor.py. */
    public static final Kernels TENSOR = of(Kernels.class, "tensor");

    private final List<Source> sources;
    private @Nullable TorchModule module; // guarded by this

    /** A resource in the package of a class. */
    private record Source(Class<?> anchor, String name) {
        String text() {
            String file = name + ".py";
            try (InputStream in = anchor.getResourceAsStream(file)) {
                if (in == null) {
                    throw new IllegalStateException(
                            "Kernel source %s not found in the package of %s"
                                    .formatted(file, anchor.getName()));
                }
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read kernel source " + file, e);
            }
        }
    }

    private Kernels(List<Source> sources) {
        this.sources = List.copyOf(sources);
    }

    /**
     * Returns the kernels of the given source files.
     *
     * @param anchor a class in the package that contains them as resources
     * @param names file names without {@code .py}
     */
    public static Kernels of(Class<?> anchor, String... names) {
        return new Kernels(List.of()).with(anchor, names);
    }

    /** Returns these kernels extended by more sources, to be compiled together. */
    public Kernels with(Class<?> anchor, String... names) {
        List<Source> all = new ArrayList<>(sources);
        for (String name : names) {
            all.add(new Source(anchor, name));
        }
        return new Kernels(all);
    }

    /**
     * Compiles the functions on first use and returns them. They run on the device of their
     * arguments.
     */
    public synchronized TorchModule load() {
        if (module == null) {
            StringBuilder text = new StringBuilder();
            sources.forEach(source -> text.append(source.text()).append('\n'));
            module = TorchModule.compile(text.toString());
        }
        return module;
    }
}
