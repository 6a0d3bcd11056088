package org.limelm.train.generation;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.limelm.annotate.align.Aligner;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataOrigin;
import org.limelm.core.text.Alignment;
import org.limelm.core.text.LinguisticToken;
import org.limelm.core.text.Utf8Stream;
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
    private final TagSources sources;
    private final Generator generator;
    private final Optional<SelfFedGenerator> selfFed;

    /** Takes a snapshot of the model. Must be closed before the model. */
    public TextGenerator(TrainedModel model) {
        this.model = model;
        this.sources = new TagSources(model);
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
        return generate(prompt, metadata, sampling, List.of(), listener);
    }

    /**
     * Generates a continuation of a prompt up to the first of some strings.
     *
     * @param stop generation ends when one of these appears; the returned text ends before it
     * @param listener receives generated text as soon as its characters are complete, including
     *     those of {@code stop}
     * @throws ConfigException like {@link #generate(String, MetadataChoice, SamplingOptions,
     *     Consumer)}
     */
    public GeneratedText generate(
            String prompt,
            MetadataChoice metadata,
            SamplingOptions sampling,
            List<String> stop,
            Consumer<String> listener) {
        return generate(prompt, metadata, sampling, stop, GenerationListener.of(listener));
    }

    /**
     * Generates a continuation of a prompt up to the first of some strings, or until the listener
     * ends it.
     *
     * @param stop generation ends when one of these appears; the returned text ends before it
     * @param listener receives generated text, including that of {@code stop}
     * @throws ConfigException like {@link #generate(String, MetadataChoice, SamplingOptions,
     *     Consumer)}
     */
    public GeneratedText generate(
            String prompt,
            MetadataChoice metadata,
            SamplingOptions sampling,
            List<String> stop,
            GenerationListener listener) {
        Utf8Stream characters = new Utf8Stream();
        StringBuilder text = new StringBuilder();
        Optional<PieceTags> tags =
                listener.wantsTags() ? Optional.of(tagsAfter(prompt)) : Optional.empty();
        BiConsumer<String, List<String>> emit =
                (added, names) -> {
                    if (!added.isEmpty()) {
                        text.append(added);
                        listener.onText(added, names);
                    }
                };
        IntPredicate tokens =
                id -> {
                    byte[] piece = sources.pieceBytes(id);
                    emit.accept(
                            characters.push(piece),
                            tags.map(annotated -> annotated.push(piece)).orElse(List.of()));
                    return listener.goesOn()
                            && stop.stream().allMatch(end -> text.indexOf(end) < 0);
                };
        TagSources.Source source;
        Generation generation;
        Optional<TagPlan> plan = planOfOwnTags(metadata);
        if (plan.isPresent()) {
            MetadataOrigin origin =
                    metadata instanceof MetadataChoice.Predicted predicted && predicted.isPlanned()
                            ? MetadataOrigin.GIVEN
                            : MetadataOrigin.PREDICTED;
            source =
                    new TagSources.Source(
                            MetadataSource.none(),
                            annotatesKnown() ? AnnotationMode.CAUSAL.label() : TagSources.NONE,
                            origin.label());
            generation = selfFed(prompt, plan.get(), sampling, tokens);
        } else {
            source = sources.of(prompt, metadata);
            generation =
                    generator.generateWhile(
                            promptIds(prompt),
                            model.tokenizer().endOfTextId(),
                            source.source(),
                            sampling,
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
                prompt,
                text.substring(0, length),
                generation.tokens().size(),
                generation.stop(),
                generation.slides(),
                source.annotation(),
                source.origin());
    }

    /** Returns the tags of a text that continues a prompt. */
    private PieceTags tagsAfter(String prompt) {
        PieceTags tags =
                new PieceTags(model.annotators().newCausalAnnotator(), model.annotators().schema());
        if (!prompt.isEmpty()) {
            for (int id : promptIds(prompt)) {
                tags.push(sources.pieceBytes(id));
            }
        }
        return tags;
    }

    /** Returns the plan for tags that the model predicts, if it is to predict them. */
    private Optional<TagPlan> planOfOwnTags(MetadataChoice choice) {
        if (choice instanceof MetadataChoice.Predicted predicted) {
            return Optional.of(predicted.plan());
        }
        return choice instanceof MetadataChoice.Automatic && selfFed.isPresent()
                ? Optional.of(TagPlan.FREE)
                : Optional.empty();
    }

    private Generation selfFed(
            String prompt, TagPlan plan, SamplingOptions sampling, IntPredicate tokens) {
        return requireSelfFed()
                .generateWhile(
                        promptIds(prompt),
                        model.tokenizer().endOfTextId(),
                        plan,
                        annotatesKnown()
                                ? Optional.of(
                                        sources.incremental(
                                                model.annotators().newCausalAnnotator()))
                                : Optional.empty(),
                        sampling,
                        tokens);
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
            sources.of("", metadata);
        }
    }

    /**
     * Returns the ids of the prompt; for an empty prompt the end-of-text token, which precedes
     * documents.
     */
    private int[] promptIds(String prompt) {
        if (prompt.isEmpty()) {
            return new int[] {model.tokenizer().endOfTextId()};
        }
        LinguisticAnnotator linguistic = model.annotators().newLinguisticAnnotator();
        List<LinguisticToken> tokens = linguistic.split(prompt);
        Alignment alignment = model.provenance().arm().split();
        return new Aligner(model.tokenizer().newEncoder()).align(alignment, prompt, tokens).ids();
    }

    @Override
    public void close() {
        selfFed.ifPresent(SelfFedGenerator::close);
        generator.close();
    }
}
