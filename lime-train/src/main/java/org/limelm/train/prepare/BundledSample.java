package org.limelm.train.prepare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.limelm.core.LimeException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.AtomicFile;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.RunFolderConfig;

/** The bundled corpus, 26 State of the Union addresses, and the quick start's configuration. */
public final class BundledSample {
    private static final String CONFIG = "/org/limelm/train/configs/quickstart.yaml";
    private static final String SAMPLE = "/org/limelm/train/sample/sotu.jsonl.gz";

    private BundledSample() {}

    /**
     * Copies the sample and its configuration into a folder and returns the configuration.
     *
     * @param overrides {@code key=value} overrides of the configuration
     * @throws LimeException if the folder cannot be written
     */
    public static RunConfig copyTo(Path folder, List<String> overrides) {
        Path file = folder.resolve("quickstart.yaml");
        Path sample = folder.resolve("sample.jsonl.gz");
        copy(CONFIG, file);
        copy(SAMPLE, sample);
        RunConfig config = ConfigLoader.load(RunConfig.class, file, overrides);
        return config.withData(config.data().withCorpus(sample, folder.resolve("work")))
                .withRun(new RunFolderConfig(folder));
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
