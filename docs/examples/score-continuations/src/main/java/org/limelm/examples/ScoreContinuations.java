package org.limelm.examples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.limelm.core.config.ConfigLoader;
import org.limelm.train.config.RunConfig;
import org.limelm.train.generation.TrainedModel;
import org.limelm.train.loop.Trainer;
import org.limelm.train.prepare.CorpusPreparation;
import org.limelm.train.prepare.PreparationListener;
import org.limelm.train.score.ContinuationScore;
import org.limelm.train.score.ContinuationScorer;

/**
 * Compares how probable a model finds the continuations of some texts: the core of any
 * multiple-choice task. Arguments: the folder of a run or a model; without any, trains a small model
 * on the State of the Union addresses that LIME brings.
 */
public final class ScoreContinuations {
    private static final Path WORK = Path.of("target/work");

    public static void main(String[] arguments) throws IOException {
        Path folder = arguments.length > 0 ? Path.of(arguments[0]) : train();
        try (TrainedModel model = TrainedModel.open(folder)) {
            ContinuationScorer scorer = ContinuationScorer.of(model, 16);
            compare(scorer, "God bless you, and God bless the United", " States", " Nations");
            compare(scorer, "Mr. Speaker, Mr. Vice", " President", " Congress");
            compare(scorer, "We will work with both Republicans and", " Democrats", " Dollars");
        }
    }

    private static void compare(ContinuationScorer scorer, String context, String... choices) {
        List<ContinuationScore> scores = scorer.logLikelihood(context, List.of(choices));
        System.out.println(context + " …");
        for (int i = 0; i < choices.length; i++) {
            ContinuationScore score = scores.get(i);
            System.out.printf(
                    "  %-12s log-likelihood %7.3f nats, %d tokens%n",
                    choices[i], score.logLikelihood(), score.tokens());
        }
    }

    /** Trains a model of the arm lime, with tags that are also available during generation. */
    private static Path train() throws IOException {
        Path run = WORK.resolve("run");
        if (Files.exists(run.resolve("model"))) {
            return run; // from an earlier call
        }
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
                                "data.corpus=" + corpus,
                                "data.work=" + WORK.resolve("data"),
                                "run.folder=" + run));
        RunConfig prepared = CorpusPreparation.prepare(config, PreparationListener.SILENT);
        System.out.println(Trainer.train(prepared).evaluation().orElseThrow().line());
        return run;
    }

    private ScoreContinuations() {}
}
