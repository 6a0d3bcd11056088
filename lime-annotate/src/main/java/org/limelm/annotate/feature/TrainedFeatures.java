package org.limelm.annotate.feature;

import static java.util.Locale.ROOT;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.EntityTags;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.models.TrainedAnnotators;

/** Collects the features of a configuration that come from trained models. */
final class TrainedFeatures {
    private static final String POS = "pos";
    private static final String NER = "ner";
    private static final String TAGS = "tags";

    /** The names of these features. */
    static final List<String> NAMES = List.of(NER, POS);

    private Optional<PosTagset> pos = Optional.empty();
    private Optional<EntityTags> ner = Optional.empty();

    /**
     * Adds a feature.
     *
     * @return whether it comes from trained models
     * @throws org.limelm.core.ConfigException if an option is invalid
     */
    boolean add(String feature, FeatureOptions options) {
        switch (feature) {
            case POS -> pos = Optional.of(choice(options, PosTagset.class));
            case NER -> ner = Optional.of(choice(options, EntityTags.class));
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Returns the constant that the option {@value #TAGS} names; by default the first. */
    private static <T extends Enum<T>> T choice(FeatureOptions options, Class<T> type) {
        List<T> constants = List.of(type.getEnumConstants());
        List<String> labels =
                constants.stream().map(constant -> constant.name().toLowerCase(ROOT)).toList();
        return constants.get(labels.indexOf(options.choice(TAGS, labels)));
    }

    /** Returns the options of the trained models. */
    AnnotatorOptions options() {
        return new AnnotatorOptions(pos, ner);
    }

    /** Loads the models of these features, from a folder or the bundled ones. */
    TrainedAnnotators load(Optional<Path> models) {
        return models.map(folder -> Annotators.load(folder, options()))
                .orElseGet(() -> Annotators.bundled(options()));
    }
}
