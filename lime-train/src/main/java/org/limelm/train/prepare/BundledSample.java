package org.limelm.train.prepare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.AtomicFile;
import org.limelm.train.config.ComparisonConfig;
import org.limelm.train.config.DataConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.RunFolderConfig;

/** The bundled corpus, 26 State of the Union addresses, and the quick start's configuration. */
public final class BundledSample {
    private static final String CONFIG = "/org/limelm/train/configs/quickstart.yaml";
    private static final String SAMPLE = "/org/limelm/train/sample/sotu.jsonl.gz";

    private BundledSample() {}

    /**
     * Returns the quick start's configuration, placed in a folder. Copies the sample there unless
     * the configuration names another corpus.
     *
     * @param overrides {@code key=value} overrides of the configuration
     * @throws LimeException if the folder cannot be written
     */
    public static ComparisonConfig quickstart(Path folder, List<String> overrides) {
        Path file = folder.resolve("quickstart.yaml");
        copy(CONFIG, file);
        ComparisonConfig config = ConfigLoader.load(ComparisonConfig.class, file, overrides);
        requireDefaultFolder(config.run());
        ComparisonConfig placed =
                place(config.withRun(config.run().withRun(new RunFolderConfig(folder))));
        AtomicFile.writeString(file, ConfigLoader.toYaml(placed));
        return placed;
    }

    private static void requireDefaultFolder(RunConfig config) {
        if (!config.run().equals(RunFolderConfig.defaults())) {
            throw new ConfigException(
                    "[run] folder "
                            + config.run().folder()
                            + " cannot be set, because each arm has its own folder. Hint: use --out"
                            + " FOLDER");
        }
    }

    /**
     * Returns a comparison whose data are prepared below its folder, unless {@code data.work} says
     * otherwise. Copies the sample there if the comparison uses it and names no other data.
     *
     * @throws LimeException if the folder cannot be written
     */
    public static ComparisonConfig place(ComparisonConfig config) {
        Path folder = config.run().run().folder();
        DataConfig data = config.run().data();
        Path work =
                data.work().equals(DataConfig.defaults().work())
                        ? folder.resolve("work")
                        : data.work();
        DataConfig placed = data.withWork(work);
        if (config.compare().sample() && data.corpus().isEmpty() && data.shards().isEmpty()) {
            Path sample = folder.resolve("sample.jsonl.gz");
            copy(SAMPLE, sample);
            placed = data.withCorpus(sample, work);
        }
        return config.withRun(config.run().withData(placed));
    }

    private static void copy(String resource, Path target) {
        try (InputStream in = BundledSample.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new LimeException("[" + resource + "] is missing in the jar. Hint: rebuild");
            }
            Files.createDirectories(target.toAbsolutePath().getParent());
            AtomicFile.write(target, out -> in.transferTo(out));
        } catch (IOException e) {
            throw new LimeException("[" + target + "] cannot be written: " + e.getMessage(), e);
        }
    }
}
