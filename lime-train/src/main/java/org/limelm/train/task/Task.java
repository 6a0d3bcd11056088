package org.limelm.train.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.limelm.core.ConfigException;
import org.limelm.core.config.ConfigLoader;

/**
 * A task with its origin.
 *
 * @param config the keys of its file
 * @param folder folder of the file, in which its data is found; empty for a built-in task
 */
public record Task(TaskConfig config, Optional<Path> folder) {
    private static final String EXTENSION = ".yaml";

    private static final List<String> BUILT_IN =
            List.of(
                    "blimp",
                    "lambada",
                    "arc-easy",
                    "arc-challenge",
                    "piqa",
                    "sciq",
                    "hellaswag",
                    "winogrande",
                    "boolq",
                    "commonsense-qa",
                    "triviaqa",
                    "gsm8k",
                    "gsm8k-bpb",
                    "arc-easy-rc",
                    "arc-challenge-rc",
                    "piqa-rc",
                    "sciq-rc",
                    "hellaswag-rc",
                    "arithmetic-rc",
                    "arithmetic",
                    "arithmetic-choices",
                    "arithmetic-generate",
                    "reasoning",
                    "reasoning-generate");

    /** Returns the names of the built-in tasks. */
    public static List<String> builtIn() {
        return BUILT_IN;
    }

    /**
     * Loads a task.
     *
     * @param name name of a built-in task, or path of a file that ends in {@code .yaml} or {@code
     *     .yml}
     * @throws ConfigException if there is no such task, or the file is invalid
     */
    public static Task load(String name) {
        if (name.endsWith(EXTENSION) || name.endsWith(".yml")) {
            Path file = Path.of(name);
            return new Task(
                    ConfigLoader.load(TaskConfig.class, file, List.of()),
                    Optional.ofNullable(file.toAbsolutePath().getParent()));
        }
        if (!BUILT_IN.contains(name)) {
            throw new ConfigException(
                    "[tasks] unknown task '%s', expected one of %s. Hint: a task of your own is the path of a .yaml file"
                            .formatted(name, String.join(", ", BUILT_IN)));
        }
        return new Task(
                ConfigLoader.parse(TaskConfig.class, yaml(name), name + EXTENSION, List.of()),
                Optional.empty());
    }

    /** Returns the file of a built-in task: an example for own tasks. */
    public static String yaml(String builtIn) {
        try (InputStream in = Task.class.getResourceAsStream(builtIn + EXTENSION)) {
            if (in == null) {
                throw new IllegalArgumentException("No task " + builtIn + ", known: " + BUILT_IN);
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the name of the task. */
    public String name() {
        return config.name();
    }
}
