package org.limelm.train.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.io.InputFile;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.model.device.Precision;
import org.limelm.model.generate.SamplingOptions;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.generation.GenerationListener;
import org.limelm.train.generation.MetadataChoice;
import org.limelm.train.generation.Prompt;
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
                    + " use --given, or train it with nextTags to predict them.",
            "On a terminal, without a prompt, it reads prompts line by line: Ctrl-C stops a text,"
                    + " Ctrl-D ends."
        },
        footer = {
            "",
            "Examples:",
            "  lime generate runs/first --prompt \"The people of the United States\"",
            "  lime generate runs/first                    # on a terminal: a conversation",
            "  lime generate runs/first --show-tags --prompt \"The president of France\"",
            "  lime generate runs/first --prompt \"In 1990\" --temperature 0 --max-tokens 40",
            "  lime generate runs/first --prompts prompts.txt --json",
            "  echo \"My fellow\" | lime generate runs/first",
            "  lime generate runs/plus1 --prompt \"It cost\" --given pos=CD,ner=MONEY \\",
            "      --max-tokens 1",
            "  lime generate runs/joint --prompt \"The people\" --plan \"pos:VBP DT JJ* NN+ .*\""
        })
final class GenerateCommand implements Callable<Integer> {
    private static final int MAX_PROMPT_BYTES = 64 << 20;

    /** Property set by the launcher: standard input is a pipe or a file. */
    private static final String STDIN = "lime.stdin";

    @Parameters(index = "0", paramLabel = "RUN", description = "Folder of a run or a model.")
    private Path run = Path.of("run");

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description = {
                "Text to continue; may be repeated (default: standard input if it is a pipe or a",
                "file; prompts typed on a terminal; otherwise the start of a document)."
            })
    private List<String> prompts = List.of();

    @Option(
            names = "--prompts",
            paramLabel = "FILE",
            description = "File with one prompt per line, - for standard input.")
    private Optional<Path> promptFile = Optional.empty();

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
            description =
                    "Fixed tags for every position: pos=CD,ner=MONEY; DROPPED for unknown tags, in arms"
                            + " with dropout.")
    private Map<String, String> given = Map.of();

    @Option(
            names = "--plan",
            paramLabel = "feature:PATTERN",
            description = {
                "Pattern of the tags of the generated tokens, for lime+1 with nextTags:",
                "'pos:DT JJ* NN+ .*'. One tag per subword token, . is any tag, and * + ? | ( ) work",
                "as in regular expressions."
            })
    private Optional<String> plan = Optional.empty();

    @Option(
            names = "--show-tags",
            description = {
                "Show the tags of the generated text, from the model's causal annotator: in colours",
                "on a terminal, otherwise as text/TAG. NO_COLOR turns colours off."
            })
    private boolean showTags;

    @Mixin private ModelOptions model = new ModelOptions();

    @Mixin private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() throws IOException {
        boolean talks = readsTerminal();
        List<String> texts = talks ? List.of() : prompts();
        List<GeneratedText> written = new ArrayList<>();
        try (TrainedModel trained = model.open(run, Precision.F32);
                TextGenerator generator = new TextGenerator(trained)) {
            MetadataChoice choice =
                    MetadataChoice.of(trained.decoder().tables(), annotation, given, plan);
            generator.check(choice);
            if (talks) {
                PromptLoop.run(
                        (prompt, out, goesOn) ->
                                generate(generator, prompt, choice, new Output(out, goesOn)));
            }
            for (String prompt : texts) {
                written.add(
                        generate(generator, prompt, choice, new Output(System.out, () -> true)));
                if (!json.isRequested()) {
                    StandardOutput.check();
                }
            }
        }
        json.print(written.size() == 1 ? written.get(0) : written);
        return 0;
    }

    /** Returns whether prompts are typed: there is none, and the process has a terminal. */
    private boolean readsTerminal() {
        return prompts.isEmpty()
                && promptFile.isEmpty()
                && !json.isRequested()
                && !Boolean.getBoolean(STDIN)
                && PromptLoop.isPossible();
    }

    private GeneratedText generate(
            TextGenerator generator, String prompt, MetadataChoice choice, Output output) {
        TagColours colours = TagColours.automatic();
        output.to().print(prompt);
        output.to().flush();
        GeneratedText text =
                generator.generate(
                        new Prompt.Text(prompt),
                        choice,
                        new SamplingOptions(temperature, topK, topP, seed, maxTokens),
                        List.of(),
                        new GenerationListener() {
                            @Override
                            public void onText(String added, List<String> tags) {
                                output.to().print(colours.show(added, tags));
                                output.to().flush();
                            }

                            @Override
                            public boolean wantsTags() {
                                return showTags;
                            }

                            @Override
                            public boolean goesOn() {
                                return output.goesOn().getAsBoolean();
                            }
                        });
        output.to().println();
        output.to().flush();
        String legend = colours.legend();
        Progress.err()
                .printf(
                        Locale.ROOT,
                        "[%d tokens, %s%s; tags %s, %s%s]%n",
                        text.tokens(),
                        text.stop(),
                        text.slides() > 0
                                ? ", longer than the context: read through a sliding window"
                                : "",
                        text.annotation(),
                        text.origin(),
                        legend.isEmpty() ? "" : "; " + legend);
        return text;
    }

    /**
     * Where a text is written, and whether it goes on.
     *
     * @param to receives the text
     * @param goesOn false once the user has asked to stop
     */
    private record Output(PrintStream to, BooleanSupplier goesOn) {}

    /** Returns the texts to continue; an empty one starts a document. */
    private List<String> prompts() throws IOException {
        if (promptFile.isPresent()) {
            if (!prompts.isEmpty()) {
                throw new ConfigException(
                        "[generate] --prompt and --prompts exclude each other. Hint: give one");
            }
            List<String> lines = lines(promptFile.get());
            if (lines.isEmpty()) {
                throw new LimeException(
                        "[%s] no prompt, expected one per line".formatted(promptFile.get()));
            }
            return lines;
        }
        if (prompts.isEmpty() && Boolean.getBoolean(STDIN)) {
            return List.of(new String(System.in.readAllBytes(), UTF_8).stripTrailing());
        }
        return prompts.isEmpty() ? List.of("") : prompts;
    }

    private static List<String> lines(Path file) throws IOException {
        String text =
                file.toString().equals("-")
                        ? new String(System.in.readAllBytes(), UTF_8)
                        : InputFile.readString(file, MAX_PROMPT_BYTES);
        return text.lines().filter(line -> !line.isBlank()).toList();
    }
}
