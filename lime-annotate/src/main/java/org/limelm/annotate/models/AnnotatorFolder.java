package org.limelm.annotate.models;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import opennlp.tools.namefind.TokenNameFinderModel;
import opennlp.tools.postag.POSModel;
import opennlp.tools.sentdetect.SentenceModel;
import opennlp.tools.tokenize.TokenizerModel;
import org.jspecify.annotations.Nullable;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.EntityTags;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.causal.CausalModels;
import org.limelm.annotate.full.ClassifierSentenceDetector;
import org.limelm.annotate.full.ClassifierTaggerModel;
import org.limelm.annotate.full.ClassifierTokenDetector;
import org.limelm.annotate.full.FullModels;
import org.limelm.annotate.full.SentenceDetectorModel;
import org.limelm.annotate.full.SentenceTaggerModel;
import org.limelm.annotate.full.TokenDetectorModel;
import org.limelm.annotate.internal.classifier.LinearModel;
import org.limelm.annotate.internal.words.TagTransitions;
import org.limelm.annotate.internal.words.WordClusters;
import org.limelm.annotate.opennlp.OpenNlpEntityModel;
import org.limelm.annotate.opennlp.OpenNlpPosModel;
import org.limelm.annotate.opennlp.OpenNlpSentenceModel;
import org.limelm.annotate.opennlp.OpenNlpTokenModel;
import org.limelm.core.LimeException;

/** Makes annotation models of the files of a folder. */
final class AnnotatorFolder {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final byte[] ZIP = {'P', 'K', 3, 4};

    private final ModelFiles files;
    private @Nullable WordClusters clusters;

    AnnotatorFolder(ModelFiles files) {
        this.files = files;
    }

    /** Returns the name of the folder, for errors. */
    String where() {
        return files.where();
    }

    /** Returns the hash of a model. */
    String sha256(ModelFile file) {
        return files.sha256(file);
    }

    /** Returns the options with each tag set of parts of speech that the folder has. */
    List<AnnotatorOptions> options() {
        Optional<EntityTags> ner =
                Optional.of(EntityTags.BIO).filter(tags -> files.has(ModelFile.ENTITIES));
        return Stream.of(PosTagset.values())
                .filter(tagset -> files.has(ModelFile.pos(tagset)))
                .map(tagset -> new AnnotatorOptions(Optional.of(tagset), ner))
                .toList();
    }

    FullModels full(AnnotatorOptions options) {
        return new FullModels(
                sentences(),
                tokens(),
                options.pos().map(tagset -> pos(ModelFile.pos(tagset))),
                options.ner().map(tags -> entities(ModelFile.ENTITIES)));
    }

    /** Returns the models of mode {@code causal}; empty if the folder lacks one of them. */
    Optional<CausalModels> causal(AnnotatorOptions options) {
        if (!missingCausal(options).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new CausalModels(
                        clusters(),
                        classifier(ModelFile.CAUSAL_BOUNDARIES),
                        options.pos().map(tagset -> classifier(ModelFile.causalPos(tagset))),
                        options.ner().map(tags -> classifier(ModelFile.CAUSAL_ENTITIES))));
    }

    /** Returns the models of mode {@code causal} that the folder lacks. */
    Set<ModelFile> missingCausal(AnnotatorOptions options) {
        Set<ModelFile> missing = EnumSet.copyOf(ModelFile.causal(options));
        missing.removeIf(files::has);
        return missing;
    }

    /** Returns the models that annotators with these options use, in all modes that exist. */
    Set<ModelFile> files(AnnotatorOptions options) {
        Set<ModelFile> used = EnumSet.copyOf(ModelFile.full(options));
        if (missingCausal(options).isEmpty()) {
            used.addAll(ModelFile.causal(options));
        }
        if (used.stream().anyMatch(file -> !files.entry(file).clusters().isEmpty())) {
            used.add(ModelFile.WORD_CLUSTERS);
        }
        return used;
    }

    private SentenceDetectorModel sentences() {
        byte[] content = files.content(ModelFile.SENTENCES);
        if (isOfOpenNlp(content)) {
            return new OpenNlpSentenceModel(
                    files.parse(ModelFile.SENTENCES, content, SentenceModel::new));
        }
        LinearModel classifier = classifier(ModelFile.SENTENCES, content);
        WordClusters known = clusters();
        return () -> new ClassifierSentenceDetector(classifier, known);
    }

    private TokenDetectorModel tokens() {
        byte[] content = files.content(ModelFile.TOKENS);
        if (isOfOpenNlp(content)) {
            return new OpenNlpTokenModel(
                    files.parse(ModelFile.TOKENS, content, TokenizerModel::new));
        }
        LinearModel classifier = classifier(ModelFile.TOKENS, content);
        return () -> new ClassifierTokenDetector(classifier);
    }

    private SentenceTaggerModel pos(ModelFile file) {
        byte[] content = files.content(file);
        return isOfOpenNlp(content)
                ? new OpenNlpPosModel(files.parse(file, content, POSModel::new))
                : ClassifierTaggerModel.of(
                        classifier(file, content), clusters(), TagTransitions.Kind.INDEPENDENT);
    }

    private SentenceTaggerModel entities(ModelFile file) {
        byte[] content = files.content(file);
        return isOfOpenNlp(content)
                ? new OpenNlpEntityModel(files.parse(file, content, TokenNameFinderModel::new))
                : ClassifierTaggerModel.of(
                        classifier(file, content), clusters(), TagTransitions.Kind.ENTITIES);
    }

    /** Returns whether a model is one of an OpenNLP tool, which is a zip archive. */
    private static boolean isOfOpenNlp(byte[] content) {
        return Arrays.mismatch(content, ZIP) == ZIP.length;
    }

    private WordClusters clusters() {
        if (clusters == null) {
            ModelFile file = ModelFile.WORD_CLUSTERS;
            clusters = files.parse(file, files.content(file), WordClusters::read);
        }
        return clusters;
    }

    private LinearModel classifier(ModelFile file) {
        return classifier(file, files.content(file));
    }

    private LinearModel classifier(ModelFile file, byte[] content) {
        if (file.usesClusters()
                && !files.entry(file).clusters().equals(files.sha256(ModelFile.WORD_CLUSTERS))) {
            throw new LimeException(
                    "[%s/%s] trained with other word clusters than those in %s. Hint: train all classifiers of a folder with the same ones"
                            .formatted(
                                    files.where(),
                                    file.fileName(),
                                    ModelFile.WORD_CLUSTERS.fileName()));
        }
        return SharedClassifiers.get(
                files.sha256(file), () -> files.parse(file, content, AnnotatorFolder::read));
    }

    private static LinearModel read(InputStream in) throws IOException {
        return LinearModel.read(new BufferedInputStream(new GZIPInputStream(in), BUFFER_BYTES));
    }
}
