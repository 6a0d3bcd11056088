package org.limelm.annotate.feature;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.IoErrors;

/** Copies of the files that features read, kept with shards and runs so that these can be moved. */
public final class FeatureFiles {
    /** Name of the folder with the copies, in a folder of shards or of a run. */
    public static final String FOLDER = "metadata";

    private FeatureFiles() {}

    /** Returns the name of the copy of a file that an option of a feature names. */
    static String name(int feature, String option, Path file) {
        return feature + "-" + option + "-" + file.getFileName();
    }

    /**
     * Copies files into the folder {@value #FOLDER} of a folder; without files, creates none.
     *
     * @param files files by the names of their copies
     * @throws org.limelm.core.LimeException if a file cannot be read or copied
     */
    public static void keep(Map<String, Path> files, Path folder) {
        if (files.isEmpty()) {
            return;
        }
        Path copies = folder.resolve(FOLDER);
        try {
            Files.createDirectories(copies);
        } catch (IOException e) {
            throw IoErrors.cannotWrite(copies, e);
        }
        files.forEach(
                (name, file) -> {
                    byte[] content;
                    try {
                        content = Files.readAllBytes(file);
                    } catch (IOException e) {
                        throw IoErrors.cannotRead(file, e);
                    }
                    AtomicFile.write(copies.resolve(name), out -> out.write(content));
                });
    }

    /**
     * Returns features that read the copies in a folder instead of the original files, where there
     * are copies.
     *
     * @param folder the folder that {@link #keep} copied into
     */
    public static List<FeatureSpec> kept(List<FeatureSpec> specs, Path folder) {
        List<FeatureSpec> resolved = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            int feature = i;
            Map<String, String> options = new LinkedHashMap<>(specs.get(i).options());
            options.replaceAll(
                    (option, value) -> {
                        Path name = Path.of(value).getFileName();
                        Path copy =
                                name == null
                                        ? folder
                                        : folder.resolve(FOLDER)
                                                .resolve(name(feature, option, name));
                        return Files.isRegularFile(copy) ? copy.toString() : value;
                    });
            resolved.add(new FeatureSpec(specs.get(i).feature(), options));
        }
        return List.copyOf(resolved);
    }
}
