package org.limelm.train.generation;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.limelm.annotate.align.Aligner;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.models.Annotators;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataOrigin;
import org.limelm.core.text.Alignment;
import org.limelm.core.text.LinguisticToken;
import org.limelm.core.text.Utf8Stream;
import org.limelm.model.generate.ChoiceListener;
import org.limelm.model.generate.Generation;
import org.limelm.model.generate.Generator;
import org.limelm.model.generate.MetadataSource;
import org.limelm.model.generate.SamplingOptions;
import org.limelm.model.generate.SelfFedGenerator;
import org.limelm.model.generate.TagPlan;

/**
 * Generates text. The prompt is tokenized like training text. Prompt and continuation are annotated
 * incrementally, piece by piece; earlier tags never change.
 */
public final class TextGenerator implements AutoCloseable {
    private final TrainedModel model;
    private final GenerationTags tags;
    private final Generator generator;
    private final Optional<SelfFedGenerator> selfFed;

    /** Takes a snapshot of the model. Must be closed before the model. */
    public TextGenerator(TrainedModel model) {
        this.model = model;
        this.tags = new GenerationTags(model);
        this.selfFed =
                model.provenance().arm().feedsItself()
                        ? Optional.of(new SelfFedGenerator(model.decoder()))
                        : Optional.empty();
        try {
            this.generator = new Generator(model.decoder());
        } catch (RuntimeException e) {
            selfFed.ifPresent(SelfFedGenerator::close);
            throw e;
        }
    }

    /**
     * Generates a continuation of a prompt. Texts longer than the model's context are read through
     * a sliding window.
     *
     * @param prompt any text; if empty, the model starts a new document
     * @param listener receives generated text as soon as its characters are complete
     * @throws ConfigException if the requested metadata is not available during generation, or if
     *     the model was trained on {@code full} tags and no replacement is specified
     */
    public GeneratedText generate(
            String prompt,
            MetadataChoice metadata,
            SamplingOptions sampling,
            Consumer<String> listener) {
        return generate(
                new Prompt.Text(prompt),
                metadata,
                sampling,
                List.of(),
                (added, names) -> listener.accept(added));
    }

    /**
     * Generates a continuation of a prompt up to the first of some strings, or until the listener
     * ends it.
     *
     * @param stop generation ends when one of these appears, none of them empty; the returned text
     *     ends before it
     * @param listener receives generated text, including that of {@code stop}, and the choice of
     *     every token
     * @throws ConfigException if a stop text is empty, or like {@link #generate(String,
     *     MetadataChoice, SamplingOptions, Consumer)}
     */
    public GeneratedText generate(
            Prompt prompt,
            MetadataChoice metadata,
            SamplingOptions sampling,
            List<String> stop,
            GenerationListener listener) {
        if (stop.contains("")) {
            throw new ConfigException(
                    "[generate] an empty stop text, expected texts of at least one character");
        }
        Utf8Stream characters = new Utf8Stream();
        StringBuilder text = new StringBuilder();
        Optional<PieceTags> names =
                listener.wantsTags() ? Optional.of(tagsAfter(prompt)) : Optional.empty();
        BiConsumer<String, List<String>> emit =
                (added, ofPiece) -> {
                    if (!added.isEmpty()) {
                        text.append(added);
                        listener.onText(added, ofPiece);
                    }
                };
        IntPredicate tokens =
                id -> {
                    byte[] piece = tags.bytes(id);
                    emit.accept(
                            characters.push(piece),
                            names.map(annotated -> annotated.push(piece)).orElse(List.of()));
                    return listener.goesOn()
                            && stop.stream().allMatch(end -> text.indexOf(end) < 0);
                };
        GenerationTags.Source source;
        Generation generation;
        Optional<TagPlan> plan = planOfOwnTags(metadata);
        if (plan.isPresent()) {
            MetadataOrigin origin =
                    metadata instanceof MetadataChoice.Predicted predicted && predicted.isPlanned()
                            ? MetadataOrigin.GIVEN
                            : MetadataOrigin.PREDICTED;
            source =
                    new GenerationTags.Source(
                            MetadataSource.none(),
                            annotatesKnown() ? AnnotationMode.CAUSAL.label() : GenerationTags.NONE,
                            origin.label());
            generation = selfFed(promptIds(prompt), plan.get(), sampling, listener, tokens);
        } else {
            source = tags.of(promptText(prompt), metadata);
            generation =
                    generator.generateWhile(
                            promptIds(prompt),
                            model.tokenizer().endOfTextId(),
                            source.source(),
                            sampling,
                            choices(listener),
                            tokens);
        }
        emit.accept(characters.finish(), List.of());
        int length =
                stop.stream()
                        .mapToInt(text::indexOf)
                        .filter(at -> at >= 0)
                        .min()
                        .orElse(text.length());
        return new GeneratedText(
                promptText(prompt),
                text.substring(0, length),
                generation.tokens().size(),
                generation.stop(),
                generation.slides(),
                source.annotation(),
                source.origin());
    }

    /** Returns the tags of a text that continues a prompt. */
    private PieceTags tagsAfter(Prompt prompt) {
        PieceTags names =
                new PieceTags(growingText(model.annotators()), model.annotators().schema());
        if (!promptText(prompt).isEmpty()) {
            for (int id : promptIds(prompt)) {
                names.push(tags.bytes(id));
            }
        }
        return names;
    }

    private static IncrementalAnnotator growingText(Annotators annotators) {
        boolean causal = annotators.missing(AnnotationMode.CAUSAL).isEmpty();
        return annotators.newIncrementalAnnotator(
                causal ? AnnotationMode.CAUSAL : AnnotationMode.PREFIX);
    }

    /** Returns the plan for tags that the model predicts, if it is to predict them. */
    private Optional<TagPlan> planOfOwnTags(MetadataChoice choice) {
        if (choice instanceof MetadataChoice.Predicted predicted) {
            return Optional.of(predicted.plan());
        }
        boolean byItself =
                selfFed.isPresent() && !model.provenance().arm().dropout().endsWithoutTags();
        return choice instanceof MetadataChoice.Automatic && byItself
                ? Optional.of(TagPlan.FREE)
                : Optional.empty();
    }

    private Generation selfFed(
            int[] prompt,
            TagPlan plan,
            SamplingOptions sampling,
            GenerationListener listener,
            IntPredicate tokens) {
        return requireSelfFed()
                .generateWhile(
                        prompt,
                        model.tokenizer().endOfTextId(),
                        plan,
                        annotatesKnown()
                                ? Optional.of(
                                        tags.incremental(model.annotators().newCausalAnnotator()))
                                : Optional.empty(),
                        sampling,
                        choices(listener),
                        tokens);
    }

    private static ChoiceListener choices(GenerationListener listener) {
        return new ChoiceListener() {
            @Override
            public void chosen(int token, float[] logits) {
                listener.chosen(token, logits);
            }

            @Override
            public void readsPrompt() {
                listener.readsPrompt();
            }
        };
    }

    /** Causal tags are known as soon as a token is, as in the evaluation of predicted tags. */
    private boolean annotatesKnown() {
        return model.provenance().annotation() == AnnotationMode.CAUSAL;
    }

    private SelfFedGenerator requireSelfFed() {
        return selfFed.orElseThrow(
                () ->
                        new ConfigException(
                                "[generate] %s does not predict the tags that it reads. Hint: train an arm such as {preset: lime+1, nextTags: 0.3}"
                                        .formatted(model.provenance().armLabel())));
    }

    /**
     * Checks that the tags for generated tokens are available.
     *
     * @throws ConfigException if they are not, like {@link #generate(String, MetadataChoice,
     *     SamplingOptions, Consumer)}
     */
    public void check(MetadataChoice metadata) {
        if (planOfOwnTags(metadata).isPresent()) {
            requireSelfFed();
        } else {
            tags.of("", metadata);
        }
    }

    private String promptText(Prompt prompt) {
        if (prompt instanceof Prompt.Text given) {
            return given.text();
        }
        Utf8Stream characters = new Utf8Stream();
        StringBuilder text = new StringBuilder();
        for (int id : ((Prompt.Tokens) prompt).ids()) {
            text.append(characters.push(tags.bytes(id)));
        }
        return text.append(characters.finish()).toString();
    }

    /**
     * Returns the ids of the prompt; for an empty prompt the end-of-text token, which precedes
     * documents.
     */
    public int[] promptIds(Prompt prompt) {
        if (prompt instanceof Prompt.Tokens tokens) {
            return tokens.toArray();
        }
        String text = ((Prompt.Text) prompt).text();
        if (text.isEmpty()) {
            return new int[] {model.tokenizer().endOfTextId()};
        }
        LinguisticAnnotator linguistic = model.annotators().newLinguisticAnnotator();
        List<LinguisticToken> tokens = linguistic.split(text);
        Alignment alignment = model.provenance().arm().split();
        return new Aligner(model.tokenizer().newEncoder()).align(alignment, text, tokens).ids();
    }

    @Override
    public void close() {
        selfFed.ifPresent(SelfFedGenerator::close);
        generator.close();
    }
}
