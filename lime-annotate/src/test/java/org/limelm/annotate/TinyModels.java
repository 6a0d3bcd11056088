package org.limelm.annotate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.EntityTags;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.models.ModelFile;
import org.limelm.annotate.models.TrainedAnnotators;
import org.limelm.annotate.training.AnnotatorTrainer;
import org.limelm.annotate.training.TrainerOptions;

/** Models trained within a second on a few sentences. */
public final class TinyModels {
    /**
     * Repetitions of the sentences, without which the learners would discard all features as rare.
     */
    private static final int REPETITIONS = 8;

    private TinyModels() {}

    /** The models of this test run. */
    private static final class Shared {
        static final Path FOLDER = trained();

        private static Path trained() {
            try {
                Path folder = Files.createTempDirectory("tiny-models");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
                train(folder, folder.resolve("models"));
                return folder.resolve("models");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void delete(Path folder) {
            try (var paths = Files.walk(folder)) {
                paths.sorted(java.util.Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Returns the folder of the shared models. */
    public static Path folder() {
        return Shared.FOLDER;
    }

    /** Returns annotators with the shared models. */
    public static TrainedAnnotators annotators(PosTagset pos, EntityTags ner) {
        return Annotators.load(Shared.FOLDER, AnnotatorOptions.of(pos, ner));
    }

    /** Returns annotators with the default tags. */
    public static TrainedAnnotators annotators() {
        return annotators(PosTagset.XPOS, EntityTags.TYPE);
    }

    /** Trains all models; gold files are written to a working folder. */
    public static void train(Path work, Path output) throws IOException {
        AnnotatorTrainer.train(
                new TrainerOptions(
                        List.of(treebank(work)),
                        List.of(entities(work)),
                        output,
                        EnumSet.allOf(ModelFile.class)),
                line -> {});
    }

    /** Writes the treebank into a folder and returns its file. */
    public static Path treebank(Path folder) throws IOException {
        // words that occur once, because only they are split into pieces
        String text = resource("tiny.conllu").repeat(REPETITIONS) + resource("rare.conllu");
        return Files.writeString(folder.resolve("tiny.conllu"), text);
    }

    /** Writes the entity file into a folder and returns its file. */
    public static Path entities(Path folder) throws IOException {
        String text = resource("tiny.tsv").repeat(REPETITIONS);
        return Files.writeString(folder.resolve("tiny.tsv"), text);
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = TinyModels.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
