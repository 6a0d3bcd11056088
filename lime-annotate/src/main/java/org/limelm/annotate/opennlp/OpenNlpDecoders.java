package org.limelm.annotate.opennlp;

import java.util.Optional;
import opennlp.tools.namefind.NameFinderME;
import opennlp.tools.namefind.TokenNameFinder;
import org.jspecify.annotations.Nullable;

/**
 * The decoders of a set of models: ours where they know the model's features, otherwise OpenNLP's.
 * Both give the same tags. Thread-safe; what the decoders of all threads share is prepared when the
 * first one of its kind is asked for.
 */
public final class OpenNlpDecoders {
    private final OpenNlpModels models;
    private @Nullable Optional<PosTagger.Shared> pos;
    private @Nullable Optional<EntityModel> entities;

    /** Creates decoders, none of which is prepared. */
    public OpenNlpDecoders(OpenNlpModels models) {
        this.models = models;
    }

    /** Returns the models. */
    OpenNlpModels models() {
        return models;
    }

    /** Returns a new tagger of parts of speech, for one thread. */
    WordTagger newPosTagger() {
        return sharedPos()
                .<WordTagger>map(PosTagger::new)
                .orElseGet(() -> PosTagger.openNlp(models.pos()));
    }

    /** Returns a new name finder, for one thread. */
    TokenNameFinder newNameFinder() {
        return sharedEntities()
                .<TokenNameFinder>map(NameFinder::new)
                .orElseGet(() -> new NameFinderME(models.entities()));
    }

    private synchronized Optional<PosTagger.Shared> sharedPos() {
        if (pos == null) {
            pos = PosTagger.Shared.of(models.pos());
        }
        return pos;
    }

    private synchronized Optional<EntityModel> sharedEntities() {
        if (entities == null) {
            entities = EntityModel.of(models.entities());
        }
        return entities;
    }
}
