package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.limelm.model.device.Precision;
import org.limelm.train.generation.TrainedModel;
import picocli.CommandLine.Option;

/** Options for opening a trained model. */
final class ModelOptions {
    @Option(
            names = "--tokenizer",
            paramLabel = "FILE",
            description = "The model's tokenizer.json (default: from the run's folder).")
    private Optional<Path> tokenizer = Optional.empty();

    @Option(
            names = "--models",
            paramLabel = "FOLDER",
            description =
                    "Linguistic models that tagged the training data (default: those kept with the"
                            + " run, else the bundled ones).")
    private Optional<Path> annotator = Optional.empty();

    @Option(
            names = "--device",
            defaultValue = "auto",
            paramLabel = "DEVICE",
            description = "Device: auto, cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
    private String device = "auto";

    TrainedModel open(Path folder, Precision precision) {
        return TrainedModel.open(
                folder, new TrainedModel.Options(tokenizer, annotator, precision, device));
    }
}
