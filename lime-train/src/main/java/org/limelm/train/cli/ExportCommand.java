package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.limelm.model.device.Precision;
import org.limelm.train.huggingface.RunExport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lime export}: writes a model for other software. */
@Command(
        name = "export",
        description = {
            "Writes the model of a run as a HuggingFace folder for transformers.",
            "A model without metadata tables becomes a Llama, Gemma or Qwen 3 where one computes the"
                    + " same. Other models come with Python files: load them with"
                    + " trust_remote_code=True."
        },
        footer = {
            "",
            "Examples:",
            "  lime export runs/first --out first-hf",
            "  lime export runs/first --format huggingface --dtype bf16 --out first-bf16"
        })
final class ExportCommand implements Callable<Integer> {
    /** The format of the exported model. */
    enum Format {
        HUGGINGFACE
    }

    @Parameters(index = "0", paramLabel = "RUN", description = "Folder of a run or a model.")
    private Path run = Path.of("run");

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FOLDER",
            description = "New folder to write.")
    private Path out = Path.of("out");

    @Option(
            names = "--format",
            defaultValue = "huggingface",
            paramLabel = "FORMAT",
            description = "Format: huggingface (default: ${DEFAULT-VALUE}).")
    private Format format = Format.HUGGINGFACE;

    @Option(
            names = "--dtype",
            defaultValue = "f32",
            paramLabel = "TYPE",
            description = "Type of the weights: f32, or bf16, rounded (default: ${DEFAULT-VALUE}).")
    private Precision dtype = Precision.F32;

    @Option(
            names = "--tokenizer",
            paramLabel = "FILE",
            description = "The model's tokenizer.json (default: from the run's folder).")
    private Optional<Path> tokenizer = Optional.empty();

    @Mixin private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        RunExport.Result result =
                switch (format) {
                    case HUGGINGFACE ->
                            RunExport.write(
                                    run,
                                    out,
                                    new RunExport.Options(tokenizer, dtype == Precision.BF16));
                };
        System.out.println(
                "Wrote "
                        + result.arm()
                        + " as "
                        + result.architecture()
                        + ": "
                        + result.folder()
                        + (result.trustRemoteCode() ? " (load with trust_remote_code=True)" : ""));
        json.print(result);
        return 0;
    }
}
