package org.limelm.examples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.limelm.annotate.pipeline.DocumentAnnotator;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.metadata.Feature;
import org.limelm.core.text.TaggedPieces;
import org.limelm.train.config.RunConfig;
import org.limelm.train.generation.TrainedModel;
import org.limelm.train.loop.TrainResult;
import org.limelm.train.loop.Trainer;
import org.limelm.train.prepare.CorpusPreparation;
import org.limelm.train.prepare.PreparationListener;

/**
 * Trains a model whose tokens carry a feature of this project, {@link NumberLengthProvider}, and
 * shows the tags that the model reads.
 */
public final class OwnFeature {
    private static final Path WORK = Path.of("target/work");

    public static void main(String[] arguments) throws IOException {
        Path corpus = Files.createDirectories(WORK).resolve("sample.jsonl.gz");
        try (InputStream sample =
                Trainer.class.getResourceAsStream("/org/limelm/train/sample/sotu.jsonl.gz")) {
            Files.write(corpus, sample.readAllBytes());
        }
        RunConfig config =
                ConfigLoader.load(
                        RunConfig.class,
                        Path.of("model.yaml"),
                        List.of(
                                "arm={preset: lime, features: [number_length]}",
                                "data.corpus=" + corpus,
                                "data.work=" + WORK.resolve("data"),
                                "run.folder=" + WORK.resolve("run")));
        if (!Files.exists(WORK.resolve("run/model"))) {
            TrainResult result =
                    Trainer.train(CorpusPreparation.prepare(config, PreparationListener.SILENT));
            System.out.println(result.evaluation().orElseThrow().line());
        }
        try (TrainedModel model = TrainedModel.open(WORK.resolve("run"))) {
            show(model, "In 1961 we sent 42 men and 7 ships.");
        }
    }

    /** Prints the tag of every piece of a text, as the model reads it. */
    private static void show(TrainedModel model, String text) {
        DocumentAnnotator annotator =
                new DocumentAnnotator(
                        model.annotators(),
                        model.tokenizer(),
                        model.provenance().annotation(),
                        model.provenance().arm().split());
        TaggedPieces pieces = annotator.annotate(text).pieces();
        Feature feature = model.decoder().tables().features().get(0);
        int column = model.annotators().schema().names().indexOf(feature.name());
        for (int i = 0; i < pieces.tokens().length; i++) {
            String piece = new String(model.tokenizer().pieceBytes(pieces.tokens()[i]));
            System.out.printf("%-16s %s%n", piece, feature.tag(pieces.tags().get(column)[i]));
        }
    }

    private OwnFeature() {}
}
