package org.limelm.train;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.model.decoder.InitConfig;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.MetadataConfig;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.model.weights.ModelFolder;
import org.limelm.train.arm.Arm;
import org.limelm.train.arm.ModelProvenance;
import org.limelm.train.prepare.TokenizerTraining;

/** Model folders with random weights and tables, which need no training. */
public final class RandomModels {
    public static final int CONTEXT = 32;
    private static final int VOCABULARY = 400;

    private RandomModels() {}

    /** Trains a tokenizer on a part of the bundled sample. */
    public static Path tokenizer(Path folder) {
        Path corpus = folder.resolve("tokenizer-corpus.jsonl");
        Path tokenizer = folder.resolve("tokenizer.json");
        try (InputStream in =
                Objects.requireNonNull(
                        RandomModels.class.getResourceAsStream("sample/sotu.jsonl.gz"))) {
            String all = new String(new GZIPInputStream(in).readAllBytes(), StandardCharsets.UTF_8);
            Files.writeString(corpus, all.lines().limit(2).collect(Collectors.joining("\n")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TokenizerTraining.train(
                List.of(corpus),
                ReaderOptions.defaults(),
                VOCABULARY,
                tokenizer,
                (size, total) -> {});
        return tokenizer;
    }

    /** Writes a model folder and returns it. */
    public static Path save(Path folder, Path tokenizerJson, Arm arm, AnnotationMode mode) {
        return save(folder, tokenizerJson, arm, mode, false);
    }

    /** Writes the folder of a model whose attention may be limited to documents. */
    public static Path save(
            Path folder, Path tokenizerJson, Arm arm, AnnotationMode mode, boolean documentMask) {
        Annotators annotators = Annotators.bundled(AnnotatorOptions.defaults());
        try (SubwordTokenizer tokenizer = SubwordTokenizer.load(tokenizerJson);
                NDManager manager = NDManager.newBaseManager();
                LimeDecoder model =
                        LimeDecoder.create(
                                config(tokenizer.vocabularySize()),
                                arm.modelFeatures(annotators.schema()),
                                Precision.F32,
                                Recompute.NONE,
                                manager,
                                InitConfig.defaults(),
                                5)) {
            ModelProvenance provenance =
                    new ModelProvenance(
                            arm,
                            mode,
                            tokenizer.sha256(),
                            tokenizer.endOfTextId(),
                            annotators.schema().fingerprint(),
                            Optional.of(annotators.id()),
                            Map.of(),
                            Optional.empty(),
                            documentMask,
                            0,
                            0);
            ModelFolder.save(folder, model, provenance.entries());
            Files.copy(tokenizerJson, folder.resolve("tokenizer.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }

    private static ModelConfig config(int vocabularySize) {
        return ModelConfig.defaults()
                .with(
                        model ->
                                model.vocabularySize(vocabularySize)
                                        .hiddenSize(32)
                                        .numLayers(2)
                                        .numHeads(2)
                                        .numKvHeads(2)
                                        .headDim(16)
                                        .ffnSize(64)
                                        .contextLength(CONTEXT)
                                        .metadata(
                                                new MetadataConfig(
                                                        MetadataConfig.WeightMode.FIXED,
                                                        1,
                                                        MetadataConfig.TableInit.NORMAL,
                                                        0.05)));
    }
}
