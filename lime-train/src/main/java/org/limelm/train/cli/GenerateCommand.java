package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.device.Precision;
import org.limelm.model.generate.SamplingOptions;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.generation.MetadataChoice;
import org.limelm.train.generation.TextGenerator;
import org.limelm.train.generation.TrainedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lime generate}: a trained model continues a text. */
@Command(
        name = "generate",
        description = {
            "Continues a text. Prompt and continuation are annotated as they grow.",
            "A LIME+1 model needs the tags of what is to come: --given."
        },
        footer = {
            "",
            "Examples:",
            "  lime generate runs/first --prompt \"The people of the United States\"",
            "  lime generate runs/first --prompt \"In 1990\" --temperature 0 --max-tokens 40",
            "  lime generate runs/plus1 --prompt \"It cost\" --given pos=CD,ner=MONEY --max-tokens"
                    + " 1"
        })
final class GenerateCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN", description = "Folder of a run or a model.")
    private Path run = Path.of("run");

    @Option(
            names = "--prompt",
            defaultValue = "",
            paramLabel = "TEXT",
            description = "What to continue; empty = begin a document.")
    private String prompt = "";

    @Option(
            names = "--max-tokens",
            defaultValue = "100",
            paramLabel = "N",
            description = "Tokens to write at most (default: ${DEFAULT-VALUE}).")
    private int maxTokens;

    @Option(
            names = "--temperature",
            defaultValue = "0.8",
            paramLabel = "T",
            description = "0 = always the best token (default: ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(
            names = "--top-k",
            defaultValue = "40",
            paramLabel = "K",
            description = "Only the K best are candidates; 0 = all (default: ${DEFAULT-VALUE}).")
    private int topK;

    @Option(
            names = "--top-p",
            defaultValue = "1",
            paramLabel = "P",
            description = "Only the best that sum to P (default: ${DEFAULT-VALUE}).")
    private double topP;

    @Option(
            names = "--seed",
            defaultValue = "0",
            paramLabel = "N",
            description = "Seed of the draws (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--annotation",
            paramLabel = "MODE",
            description = "causal or prefix (default: causal, for a model trained so).")
    private Optional<AnnotationMode> annotation = Optional.empty();

    @Option(
            names = "--given",
            split = ",",
            paramLabel = "feature=TAG",
            description = "The same tags at every position, as pos=CD,ner=MONEY.")
    private Map<String, String> given = Map.of();

    @Mixin private ModelOptions model = new ModelOptions();

    @Mixin private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        try (TrainedModel trained = model.open(run, Precision.F32);
                TextGenerator generator = new TextGenerator(trained)) {
            MetadataChoice choice = choice(trained.decoder().tables());
            boolean[] begun = {false};
            GeneratedText text =
                    generator.generate(
                            prompt,
                            choice,
                            new SamplingOptions(temperature, topK, topP, seed, maxTokens),
                            added -> {
                                if (!begun[0]) {
                                    System.out.print(prompt);
                                    begun[0] = true;
                                }
                                System.out.print(added);
                                System.out.flush();
                            });
            System.out.println();
            System.err.printf(
                    Locale.ROOT,
                    "[%d tokens, %s; tags %s, %s]%n",
                    text.tokens(),
                    text.stop(),
                    text.annotation(),
                    text.origin());
            json.print(System.out, text);
        }
        return 0;
    }

    private MetadataChoice choice(MetadataSchema tables) {
        if (given.isEmpty()) {
            return annotation
                    .<MetadataChoice>map(MetadataChoice.Annotated::new)
                    .orElseGet(MetadataChoice::automatic);
        }
        return MetadataChoice.given(tables, given);
    }
}
