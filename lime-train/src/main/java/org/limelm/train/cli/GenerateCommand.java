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

/** {@code lime generate}: continues a text with a trained model. */
@Command(
        name = "generate",
        description = {
            "Continues a text with a trained model.",
            "The text is annotated incrementally. A LIME+1 model needs the tags of the next tokens:"
                    + " use --given."
        },
        footer = {
            "",
            "Examples:",
            "  lime generate runs/first --prompt \"The people of the United States\"",
            "  lime generate runs/first --prompt \"In 1990\" --temperature 0 --max-tokens 40",
            "  lime generate runs/plus1 --prompt \"It cost\" --given pos=CD,ner=MONEY \\",
            "      --max-tokens 1"
        })
final class GenerateCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN", description = "Folder of a run or a model.")
    private Path run = Path.of("run");

    @Option(
            names = "--prompt",
            defaultValue = "",
            paramLabel = "TEXT",
            description = "Text to continue; an empty prompt starts a document.")
    private String prompt = "";

    @Option(
            names = "--max-tokens",
            defaultValue = "100",
            paramLabel = "N",
            description = "Maximum number of new tokens (default: ${DEFAULT-VALUE}).")
    private int maxTokens;

    @Option(
            names = "--temperature",
            defaultValue = "0.8",
            paramLabel = "T",
            description = "Sampling temperature; 0 means greedy (default: ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(
            names = "--top-k",
            defaultValue = "40",
            paramLabel = "K",
            description =
                    "Sample from the K most probable tokens; 0 means all"
                            + " (default: ${DEFAULT-VALUE}).")
    private int topK;

    @Option(
            names = "--top-p",
            defaultValue = "1",
            paramLabel = "P",
            description =
                    "Sample from the most probable tokens with total probability P"
                            + " (default: ${DEFAULT-VALUE}).")
    private double topP;

    @Option(
            names = "--seed",
            defaultValue = "0",
            paramLabel = "N",
            description = "Random seed of sampling (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--annotation",
            paramLabel = "MODE",
            description =
                    "Annotation mode: causal or prefix (default: causal, if the model was trained"
                            + " with it).")
    private Optional<AnnotationMode> annotation = Optional.empty();

    @Option(
            names = "--given",
            split = ",",
            paramLabel = "feature=TAG",
            description = "Fixed tags for every position: pos=CD,ner=MONEY.")
    private Map<String, String> given = Map.of();

    @Mixin private ModelOptions model = new ModelOptions();

    @Mixin private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        try (TrainedModel trained = model.open(run, Precision.F32);
                TextGenerator generator = new TextGenerator(trained)) {
            MetadataChoice choice = choice(trained.decoder().tables());
            boolean[] started = {false};
            GeneratedText text =
                    generator.generate(
                            prompt,
                            choice,
                            new SamplingOptions(temperature, topK, topP, seed, maxTokens),
                            added -> {
                                if (!started[0]) {
                                    System.out.print(prompt);
                                    started[0] = true;
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
