package org.limelm.train.task;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** What is scored after the prompt. */
public sealed interface Answer {
    /** The text between prompt and answer, if a task says nothing else. */
    String SPACE = " ";

    /** The figures of every answer with choices. */
    Set<Metric> OF_CHOICES =
            Set.of(
                    Metric.ACCURACY,
                    Metric.ACCURACY_CHARACTERS,
                    Metric.ACCURACY_BYTES,
                    Metric.ACCURACY_TOKENS,
                    Metric.BITS_PER_BYTE);

    /** Returns the figures that can be computed. */
    Set<Metric> metrics();

    /** Returns the text between prompt and answer. */
    String separator();

    /** Several texts after the same prompt, one of them right. */
    record Choices(
            @Doc("templates of the choices, or one template of a field that is a list")
                    List<String> texts,
            @Doc("template of the right choice's label") String label,
            @Doc(
                            "labels of the choices, or one template of a field that is a list; by default 0, 1, …")
                    Optional<List<String>> labels,
            @Doc("text between prompt and choice; by default a space") Optional<String> delimiter,
            @Doc("template of the context for accuracy-unconditional, such as 'Answer:'")
                    Optional<String> unconditional)
            implements Answer {
        @Override
        public Set<Metric> metrics() {
            Set<Metric> metrics = EnumSet.copyOf(OF_CHOICES);
            if (unconditional.isPresent()) {
                metrics.add(Metric.ACCURACY_UNCONDITIONAL);
            }
            return metrics;
        }

        @Override
        public String separator() {
            return delimiter.orElse(SPACE);
        }
    }

    /** The same text after several prompts, one of them right, as in WinoGrande. */
    record Contexts(
            @Doc("templates of the field 'choice', which the prompt contains") List<String> choices,
            @Doc("template of the text after each prompt") String target,
            @Doc("template of the right choice's label") String label,
            @Doc(
                            "labels of the choices, or one template of a field that is a list; by default 0, 1, …")
                    Optional<List<String>> labels,
            @Doc("text between prompt and target; by default a space") Optional<String> delimiter)
            implements Answer {
        @Override
        public Set<Metric> metrics() {
            return OF_CHOICES;
        }

        @Override
        public String separator() {
            return delimiter.orElse(SPACE);
        }
    }

    /** One text, which is right. */
    record Target(
            @Doc("template of the text") String text,
            @Doc("text between prompt and target; by default a space") Optional<String> delimiter)
            implements Answer {
        @Override
        public Set<Metric> metrics() {
            return Set.of(Metric.ACCURACY, Metric.PERPLEXITY, Metric.BITS_PER_BYTE);
        }

        @Override
        public String separator() {
            return delimiter.orElse(SPACE);
        }
    }

    /** A text that the model generates greedily. */
    record Generated(
            @Doc("templates of the right answers, or of fields that are lists")
                    List<String> answers,
            @Doc("maximum number of generated tokens") int maxTokens,
            @Doc("texts that end the generation") Optional<List<String>> stop,
            @Doc(
                            "regular expression that finds the answer in the generated text: its first group or, without groups, the match")
                    Optional<String> extract,
            @Doc("how answers are made comparable; by default none")
                    Optional<Normalization> normalize,
            @Doc("template of the answer in few-shot examples; by default the first answer")
                    Optional<String> shot,
            @Doc("text between prompt and answer in few-shot examples; by default a space")
                    Optional<String> delimiter)
            implements Answer {
        /** Checks the limit and the stop texts. */
        public Generated {
            if (maxTokens < 1) {
                throw new ConfigException(
                        "[answer] maxTokens " + maxTokens + ", expected 1 or more");
            }
            if (stop.orElse(List.of()).contains("")) {
                throw new ConfigException(
                        "[answer] an empty text in stop, expected texts of at least one character. Hint: leave stop out to generate up to maxTokens");
            }
        }

        @Override
        public Set<Metric> metrics() {
            return Set.of(Metric.EXACT_MATCH);
        }

        @Override
        public String separator() {
            return delimiter.orElse(SPACE);
        }
    }
}
