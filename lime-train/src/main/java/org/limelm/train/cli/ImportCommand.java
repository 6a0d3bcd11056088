package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.limelm.train.huggingface.ModelImport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lime import}: converts a HuggingFace model to a model folder. */
@Command(
        name = "import",
        description = {
            "Converts a HuggingFace model (Llama, Mistral, Gemma, Qwen 3) to a model folder.",
            "The model can be evaluated, generate, and be trained further: init.from=FOLDER. Reads"
                    + " safetensors only. Models that LIME's decoder does not compute exactly are"
                    + " rejected."
        },
        footer = {
            "",
            "Examples:",
            "  lime import SmolLM2-135M --out smollm2",
            "  lime import SmolLM2-135M-Instruct --end-of-text \"<|endoftext|>\" --out smollm2",
            "  lime train configs/mini.yaml init.from=smollm2 data.corpus=corpus.jsonl"
        })
final class ImportCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "DIR",
            description = "Folder with config.json, tokenizer.json and *.safetensors.")
    private Path folder = Path.of("model");

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FOLDER",
            description = "New model folder to write.")
    private Path out = Path.of("out");

    @Option(
            names = "--end-of-text",
            paramLabel = "TOKEN",
            description = "The token that ends documents (default: from the tokenizer's files).")
    private Optional<String> endOfText = Optional.empty();

    @Mixin private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        ModelImport.Result result = ModelImport.write(folder, endOfText, out);
        System.out.println(
                String.format(
                        Locale.ROOT,
                        "Imported %s (%,d parameters, documents end with %s): %s",
                        result.architecture(),
                        result.parameters(),
                        result.endOfText(),
                        result.folder()));
        json.print(result);
        return 0;
    }
}
