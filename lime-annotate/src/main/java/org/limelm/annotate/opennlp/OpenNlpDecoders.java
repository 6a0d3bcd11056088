package org.limelm.annotate.opennlp;

import java.util.Optional;
import java.util.function.Supplier;
import opennlp.tools.namefind.NameFinderME;
import opennlp.tools.namefind.TokenNameFinder;
import opennlp.tools.namefind.TokenNameFinderModel;
import opennlp.tools.postag.POSModel;
import org.jspecify.annotations.Nullable;

/**
 * The decoders of a set of models: ours where they know the model's features, otherwise OpenNLP's.
 * Both give the same tags. Thread-safe; what the decoders of all threads share is prepared when the
 * first one of its kind is asked for.
 */
public final class OpenNlpDecoders {
    private final OpenNlpModels models;
    private @Nullable Supplier<WordTagger> posTaggers;
    private @Nullable Supplier<TokenNameFinder> nameFinders;

    /** Creates decoders, none of which is prepared. */
    public OpenNlpDecoders(OpenNlpModels models) {
        this.models = models;
    }

    /** Returns the models. */
    OpenNlpModels models() {
        return models;
    }

    /** Returns a new tagger of parts of speech, for one thread; empty without a model. */
    synchronized Optional<WordTagger> newPosTagger() {
        if (posTaggers == null && models.pos().isPresent()) {
            POSModel model = models.pos().get();
            posTaggers =
                    PosTagger.Shared.of(model)
                            .<Supplier<WordTagger>>map(shared -> () -> new PosTagger(shared))
                            .orElse(() -> PosTagger.openNlp(model));
        }
        return Optional.ofNullable(posTaggers).map(Supplier::get);
    }

    /** Returns a new name finder, for one thread; empty without a model. */
    synchronized Optional<TokenNameFinder> newNameFinder() {
        if (nameFinders == null && models.entities().isPresent()) {
            TokenNameFinderModel model = models.entities().get();
            nameFinders =
                    EntityModel.of(model)
                            .<Supplier<TokenNameFinder>>map(shared -> () -> new NameFinder(shared))
                            .orElse(() -> new NameFinderME(model));
        }
        return Optional.ofNullable(nameFinders).map(Supplier::get);
    }
}
