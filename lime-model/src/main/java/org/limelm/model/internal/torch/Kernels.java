package org.limelm.model.internal.torch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TorchScript functions in named source files, each of which may call those of the others. They are
 * compiled at the first use and shared by all that use the same constant: compiled functions have
 * no state, and stay for as long as the process.
 */
public final class Kernels {
    /** Helpers for single arrays: tensor.py. */
    public static final Kernels TENSOR = of(Kernels.class, "tensor");

    private final List<Source> sources;
    private @Nullable TorchModule module; // guarded by this

    /** A resource in the package of a class. */
    private record Source(Class<?> beside, String name) {
        String text() {
            String file = name + ".py";
            try (InputStream in = beside.getResourceAsStream(file)) {
                if (in == null) {
                    throw new IllegalStateException(
                            "Kernel source %s is not beside %s".formatted(file, beside.getName()));
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
     * Names sources.
     *
     * @param beside a class of the package that they are resources of
     * @param names without {@code .py}
     */
    public static Kernels of(Class<?> beside, String... names) {
        return new Kernels(List.of()).with(beside, names);
    }

    /** Returns these and more sources, to be compiled together. */
    public Kernels with(Class<?> beside, String... names) {
        List<Source> all = new ArrayList<>(sources);
        for (String name : names) {
            all.add(new Source(beside, name));
        }
        return new Kernels(all);
    }

    /** Returns the functions; they run on whatever device their arguments are on. */
    public synchronized TorchModule load() {
        if (module == null) {
            StringBuilder text = new StringBuilder();
            sources.forEach(source -> text.append(source.text()).append('\n'));
            module = TorchModule.compile(text.toString());
        }
        return module;
    }
}
