package org.limelm.train.loop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.LimeException;
import org.limelm.model.generate.SamplingOptions;
import org.limelm.train.config.EvaluationConfig;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.generation.MetadataChoice;
import org.limelm.train.generation.TextGenerator;
import org.limelm.train.generation.TrainedModel;

/**
 * Generates texts with the model that is being trained. The weights are only read, and the random
 * numbers are those of a sampler of its own, with the run's seed. Used on the leader.
 */
final class SampleTexts implements AutoCloseable {
    private final Run run;
    private @Nullable TrainedModel opened;
    private boolean unavailable;

    SampleTexts(Run run) {
        this.run = run;
    }

    /**
     * Continues {@code evaluation.prompts} with the weights as they are; with a warning, returns no
     * text if this model cannot generate.
     */
    List<GeneratedText> ofEvaluation(long step) {
        EvaluationConfig config = run.config().evaluation();
        if (config.prompts().isEmpty() || unavailable) {
            return List.of();
        }
        try {
            return generate(step, config.prompts(), config.promptTokens());
        } catch (LimeException e) {
            unavailable = true;
            run.listener().onWarning("no texts for evaluation.prompts: " + e.getMessage());
            return List.of();
        }
    }

    /**
     * Continues a prompt with the weights that evaluations use.
     *
     * @throws LimeException if this model cannot generate
     */
    GeneratedText continuation(long step, String prompt, int maxTokens) {
        List<GeneratedText> texts = new ArrayList<>();
        run.model()
                .using(
                        run.config().evaluation().averaged(),
                        () -> texts.addAll(generate(step, List.of(prompt), maxTokens)));
        return texts.get(0);
    }

    private List<GeneratedText> generate(long step, List<String> prompts, int maxTokens) {
        SamplingOptions defaults = SamplingOptions.defaults();
        SamplingOptions sampling =
                new SamplingOptions(
                        defaults.temperature(),
                        defaults.topK(),
                        defaults.topP(),
                        run.config().seed(),
                        maxTokens);
        List<GeneratedText> texts = new ArrayList<>();
        try (TextGenerator generator = new TextGenerator(model(step))) {
            for (String prompt : prompts) {
                texts.add(
                        generator.generate(
                                prompt, MetadataChoice.automatic(), sampling, added -> {}));
            }
        }
        return List.copyOf(texts);
    }

    private TrainedModel model(long step) {
        TrainedModel model = opened;
        if (model == null) {
            model = open(step);
            opened = model;
        }
        return model;
    }

    private TrainedModel open(long step) {
        String path = run.config().data().tokenizer().path();
        if (path.isEmpty()) {
            throw new LimeException(
                    "[data.tokenizer.path] empty, but text cannot be generated without the tokenizer of the shards. Hint: set it");
        }
        Optional<Path> annotator = run.config().data().annotatorFolder();
        SubwordTokenizer tokenizer =
                SubwordTokenizer.load(Path.of(path), run.data().tokenizer().endOfTextId());
        try {
            return TrainedModel.inTraining(
                    run.model().decoder(),
                    run.model().manager(),
                    run.provenance(step),
                    tokenizer,
                    annotator,
                    run.config().data().shards().get(0).path());
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    @Override
    public void close() {
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }
}
