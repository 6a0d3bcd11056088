package org.limelm.train.serve;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.train.evaluation.TagSupply;
import org.limelm.train.generation.TextGenerator;
import org.limelm.train.generation.TrainedModel;
import org.limelm.train.score.TokenScorer;

/**
 * A model that a server offers, with what scores and generates. Used by one thread at a time, the
 * one that holds its lock; owns the model.
 */
public final class ServedModel implements AutoCloseable {
    private static final int BATCH_ROWS = 16;

    private final String name;
    private final TrainedModel model;
    private final Defaults defaults;
    private final TextGenerator generator;
    private final Map<ScorerKey, TokenScorer> scorers = new LinkedHashMap<>(); // by first use
    private final ReentrantLock lock = new ReentrantLock(true);

    /** What a scorer is for. */
    private record ScorerKey(AnnotationMode mode, TagSupply supply) {}

    /**
     * How prompts are scored unless a request says otherwise.
     *
     * @param annotation annotation mode of the tags; empty = as trained
     * @param tags {@code annotated}, {@code predicted-greedy} or {@code predicted-marginal}; empty
     *     = the model's own where it predicts tags, summed over the candidates
     */
    public record Defaults(Optional<AnnotationMode> annotation, Optional<String> tags) {
        /** Returns the defaults of the model. */
        public static Defaults ofModel() {
            return new Defaults(Optional.empty(), Optional.empty());
        }
    }

    /**
     * Prepares a model.
     *
     * @param name name in requests
     * @param model the model, closed by this object, even if it cannot be prepared
     * @throws ConfigException if the model cannot be scored as {@code defaults} say
     */
    public ServedModel(String name, TrainedModel model, Defaults defaults) {
        this.name = name;
        this.model = model;
        this.defaults = defaults;
        try {
            this.generator = new TextGenerator(model);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
        try {
            scorer(Optional.empty(), Optional.empty());
        } catch (RuntimeException e) {
            generator.close();
            model.close();
            throw e;
        }
    }

    /**
     * Returns the names of folders: the last part of their paths, or as many parts as tell them
     * apart.
     *
     * @throws ConfigException if two are the same folder
     */
    public static List<String> names(List<Path> folders) {
        List<Path> paths = folders.stream().map(path -> path.toAbsolutePath().normalize()).toList();
        int longest = paths.stream().mapToInt(Path::getNameCount).max().orElse(0);
        for (int parts = 1; parts <= longest; parts++) {
            List<String> names = new ArrayList<>();
            for (Path path : paths) {
                int count = path.getNameCount();
                names.add(
                        path.subpath(Math.max(0, count - parts), count)
                                .toString()
                                .replace('\\', '/'));
            }
            if (new LinkedHashSet<>(names).size() == names.size()) {
                return names;
            }
        }
        throw new ConfigException("[serve] " + folders + " has a folder twice. Hint: name it once");
    }

    /** Returns the name in requests. */
    public String name() {
        return name;
    }

    TrainedModel model() {
        return model;
    }

    TextGenerator generator() {
        return generator;
    }

    /** Returns the lock of this model: whoever holds it may use the model. */
    ReentrantLock lock() {
        return lock;
    }

    /** Returns the number of ids that prompts may use: those of both model and tokenizer. */
    int vocabularySize() {
        return Math.min(
                model.tokenizer().vocabularySize(), model.decoder().config().vocabularySize());
    }

    /**
     * Returns the scorer of a request, created when it is first asked for.
     *
     * @param annotation annotation mode that the request names
     * @param tags source of the tags that the request names
     * @throws ConfigException if the model cannot be scored so
     */
    TokenScorer scorer(Optional<AnnotationMode> annotation, Optional<String> tags) {
        AnnotationMode mode =
                annotation.or(defaults::annotation).orElse(model.provenance().annotation());
        TagSupply supply =
                tags.or(defaults::tags)
                        .map(label -> TagSupply.of(label, TagSupply.DEFAULT_CANDIDATES))
                        .orElseGet(() -> TokenScorer.defaultSupply(model));
        ScorerKey key = new ScorerKey(mode, supply);
        TokenScorer known = scorers.get(key);
        if (known != null) {
            return known;
        }
        if (supply instanceof TagSupply.Predicted) {
            closeFurtherCopy(); // of the weights: a client could make one per mode and source
        }
        TokenScorer scorer = new TokenScorer(model, mode, supply, BATCH_ROWS);
        scorers.put(key, scorer);
        return scorer;
    }

    /** Closes the scorer that holds a copy of the weights, if one does, unless it is the first. */
    private void closeFurtherCopy() {
        Iterator<Map.Entry<ScorerKey, TokenScorer>> all = scorers.entrySet().iterator();
        for (int i = 0; all.hasNext(); i++) {
            Map.Entry<ScorerKey, TokenScorer> entry = all.next();
            if (i > 0 && entry.getKey().supply() instanceof TagSupply.Predicted) {
                entry.getValue().close();
                all.remove();
            }
        }
    }

    /** Closes the model; waits until nobody uses it. */
    @Override
    public void close() {
        lock.lock();
        try {
            scorers.values().forEach(TokenScorer::close);
            generator.close();
            model.close();
        } finally {
            lock.unlock();
        }
    }
}
