package org.limelm.train.huggingface;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.text.Alignment;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.decoder.TagHeadConfig;
import org.limelm.model.huggingface.Architecture;
import org.limelm.train.arm.ModelProvenance;
import org.limelm.train.config.DataConfig;
import org.limelm.train.config.ModelFiles;
import org.limelm.train.config.RunConfig;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.record.EvaluationEntry;
import org.limelm.train.record.RunFolder;
import org.limelm.train.record.RunLogs;

/**
 * The model card of an exported model: what it is, how to use it, what it lacks without LIME, and
 * what the run measured. Contains facts from the run's files only.
 *
 * @param files the model
 * @param architecture its class in transformers
 * @param config configuration of the run, if the model is that of a run
 * @param evaluation last evaluation of the run, if any
 */
record ModelCard(
        ModelFiles files,
        Architecture architecture,
        Optional<RunConfig> config,
        Optional<EvaluationEntry> evaluation) {

    /** Collects the facts about a model. */
    static ModelCard of(ModelFiles files, Architecture architecture) {
        Optional<RunFolder> run =
                Optional.ofNullable(files.folder().toAbsolutePath().getParent())
                        .map(RunFolder::new)
                        .filter(folder -> folder.model().equals(files.folder().toAbsolutePath()))
                        .filter(folder -> Files.isRegularFile(folder.config()));
        Optional<RunConfig> config =
                run.map(folder -> ConfigLoader.load(RunConfig.class, folder.config(), List.of()));
        Optional<EvaluationEntry> last =
                run.filter(folder -> Files.exists(folder.evaluations()))
                        .map(RunLogs::evaluations)
                        .filter(entries -> !entries.isEmpty())
                        .map(entries -> entries.get(entries.size() - 1))
                        .filter(entry -> entry.step() == files.provenance().step());
        return new ModelCard(files, architecture, config, last);
    }

    /** Writes {@code README.md} into a folder. */
    void write(Path folder) {
        AtomicFile.writeString(folder.resolve("README.md"), markdown());
    }

    private String markdown() {
        return String.join(
                "\n",
                frontMatter(),
                introduction(),
                usage(),
                limits(),
                architectureSection(),
                data(),
                figures(),
                provenanceSection());
    }

    private static String frontMatter() {
        return """
                ---
                # license: choose one that the licences of the training data allow
                library_name: transformers
                pipeline_tag: text-generation
                tags:
                - lime
                ---
                """;
    }

    private String introduction() {
        ModelProvenance provenance = files.provenance();
        String text = "# " + provenance.armLabel() + "\n\n";
        text +=
                provenance.step() == 0
                        ? "A language model that was imported into LIME and not trained further.\n"
                        : format(
                                "A language model trained by LIME for %,d steps on %,d tokens.\n",
                                provenance.step(), provenance.tokens());
        return text
                + format("%n- arm: `%s`%n", provenance.arm().label())
                + format("- class in transformers: `%s`%n", architecture.className())
                + (hasTables()
                        ? format(
                                        "- annotation mode: `%s` (%s)%n",
                                        provenance.annotation().label(),
                                        provenance.annotation() == AnnotationMode.FULL
                                                ? "tags computed from whole sentences, which are not"
                                                        + " available during generation"
                                                : "tags computed from the text so far")
                                + format("- metadata: %s%n", tables().names())
                        : "");
    }

    private String usage() {
        boolean lime = architecture == Architecture.LIME;
        String trust = lime ? ", trust_remote_code=True" : "";
        String code =
                """
                ## Use

                ```python
                from transformers import AutoModelForCausalLM, AutoTokenizer

                tokenizer = AutoTokenizer.from_pretrained(FOLDER%s)
                model = AutoModelForCausalLM.from_pretrained(FOLDER%s)
                inputs = tokenizer(TEXT, return_tensors="pt", return_token_type_ids=False)
                """
                        .replace("%s", trust);
        return code
                + (hasTables() && !feedsItself()
                        ? "output = model.generate(**inputs, given_tags=" + exampleTags() + ")\n"
                        : "output = model.generate(**inputs)\n")
                + "```\n"
                + (hasTables() ? tagUsage() : "");
    }

    private String exampleTags() {
        StringBuilder tags = new StringBuilder();
        for (Feature feature : tables().features()) {
            Feature given = feature.withoutDropped();
            String tag = given.tag(given.size() - 1);
            tags.append(tags.length() == 0 ? "{" : ", ")
                    .append('"' + feature.name() + "\": \"" + tag + '"');
        }
        return tags.append('}').toString();
    }

    private String tagUsage() {
        int shift = files.provenance().arm().shift();
        return "\nTags are optional; without them "
                + (feedsItself()
                        ? "`generate` predicts the tags of every token before it predicts the"
                                + " token, and in `forward` every tag is "
                        : "every tag is ")
                + (tables().canBeDropped()
                        ? Feature.DROPPED + ", as in a share of the training. "
                        : "NONE. ")
                + "`metadata_ids`, (batch, tokens,"
                + " "
                + tables().size()
                + "), gives the tag ids of every token in the order of `config.metadata_features`,"
                + " and may be longer than the input, to plan the tags of the tokens to come."
                + " `given_tags` gives the tags of all other tokens. "
                + (shift == 0
                        ? "A position reads the tags of its own token.\n"
                        : format(
                                "A position reads the tags of the token %+d positions away (the"
                                        + " model shifts them).%n",
                                shift));
    }

    /** What a model loses outside LIME. */
    private String limits() {
        StringBuilder text = new StringBuilder("## Without LIME\n\n");
        if (files.provenance().arm().split() == Alignment.LINGUISTIC) {
            text.append(
                    "- The model was trained on subwords inside linguistic tokens (don't = do +"
                            + " n't). The tokenizer in this folder does not know these boundaries,"
                            + " so that some words are split differently than in training. `lime`"
                            + " splits them as in training.\n");
        }
        if (hasTables()) {
            text.append(
                    "- The annotators that computed the tags are not part of this folder. Without"
                            + " tags the model predicts worse than measured below. `lime generate`"
                            + " and `lime eval` compute them.\n");
        }
        if (feedsItself()) {
            text.append(
                    "- `generate` also predicts the tags of the prompt, each before its token is"
                            + " read, unless `metadata_ids` gives them. `lime generate` chooses"
                            + " them when the token is known.\n");
        }
        text.append(
                "- LIME adds no token before a text; documents end with the end-of-text token.\n");
        return text.toString();
    }

    private String architectureSection() {
        ModelConfig model = files.description().architecture();
        return "## Architecture\n\n| | |\n|---|---|\n"
                + row("parameters", format("%,d", model.parameterCount(ModelFeatures.of(tables()))))
                + row("vocabulary", format("%,d", model.vocabularySize()))
                + row("layers, width", model.numLayers() + ", " + model.hiddenSize())
                + row(
                        "query heads, key/value heads, head width",
                        model.numHeads() + ", " + model.numKvHeads() + ", " + model.headDim())
                + row("feed-forward", model.ffnSize() + ", " + model.activation().label())
                + row("context", format("%,d", model.contextLength()));
    }

    private String data() {
        if (config.isEmpty()) {
            return "## Data\n\nNot recorded with the model.\n";
        }
        DataConfig data = config.orElseThrow().data();
        StringBuilder text = new StringBuilder("## Data\n\n");
        data.corpus().forEach(file -> text.append("- corpus `" + name(file) + "`\n"));
        data.shards().forEach(shards -> text.append("- shards `" + name(shards.path()) + "`\n"));
        String from = config.orElseThrow().init().from();
        if (!from.isEmpty()) {
            text.append("- started from the model `" + name(Path.of(from)) + "`\n");
        }
        return text.toString();
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private String figures() {
        if (evaluation.isEmpty()) {
            return "## Figures\n\nNot measured.\n";
        }
        EvaluationResult result = evaluation.orElseThrow().result();
        return "## Figures\n\nMeasured by LIME on documents held out from training, seed "
                + config.map(run -> Long.toString(run.seed())).orElse("unknown")
                + ".\n\n| | |\n|---|---|\n"
                + row("tags", result.annotation() + ", " + result.origin())
                + row("loss, nats per token", format("%.4f", result.loss()))
                + row("perplexity", format("%.2f", result.perplexity()))
                + row("bits per byte", format("%.4f", result.bitsPerByte()))
                + row("next-token accuracy", format("%.4f", result.accuracy()))
                + row("tokens, bytes", format("%,d, %,d", result.tokens(), result.bytes()));
    }

    private String provenanceSection() {
        StringBuilder text = new StringBuilder("## Provenance\n\n| | |\n|---|---|\n");
        files.description().provenance().forEach((key, value) -> text.append(row(key, value)));
        return text.append(row("weights.sha256", files.description().weightsSha256())).toString();
    }

    private boolean hasTables() {
        return tables().size() > 0;
    }

    /** Returns whether the exported model predicts the tags it reads, which takes one pass. */
    private boolean feedsItself() {
        return files.description()
                .tagHead()
                .filter(head -> head.input() == TagHeadConfig.Input.PREVIOUS_STATE)
                .isPresent();
    }

    private MetadataSchema tables() {
        return files.description().tables();
    }

    private static String row(String key, String value) {
        return "| " + key + " | " + value + " |\n";
    }

    private static String format(String template, Object... arguments) {
        return String.format(Locale.ROOT, template, arguments);
    }
}
