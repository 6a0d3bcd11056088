package org.limelm.annotate.evaluation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.limelm.annotate.annotator.AnnotatorStages;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.models.TrainedAnnotators;
import org.limelm.annotate.treebank.EntitySentence;
import org.limelm.core.metadata.Feature;

/**
 * Scores for entities on gold words. An entity is correct if both boundaries and its type match.
 */
final class EntityScores {
    /** Pseudo-type for all types together. */
    static final String ALL = "ALL";

    private static final String OUTSIDE = "O";

    private final TypeNames names;
    private final Map<String, Agreement> types = new TreeMap<>();

    private final Confusions confusions = new Confusions();

    private record Entity(int start, int end, String type) {}

    private EntityScores(TypeNames names) {
        this.names = names;
    }

    /** Returns how often each type occurs in gold sentences, under its original name. */
    static Map<String, Integer> goldTypes(List<EntitySentence> sentences) {
        Map<String, Integer> counts = new TreeMap<>();
        for (EntitySentence sentence : sentences) {
            for (Entity entity : entities(sentence.tags())) {
                counts.merge(entity.type(), 1, Integer::sum);
            }
        }
        return counts;
    }

    /** Returns how often each type was found. */
    Map<String, Integer> foundTypes() {
        Map<String, Integer> counts = new TreeMap<>();
        types.forEach(
                (type, agreement) -> {
                    if (!type.equals(ALL) && agreement.foundCount() > 0) {
                        counts.put(type, Math.toIntExact(agreement.foundCount()));
                    }
                });
        return counts;
    }

    /** Returns the agreement of each type that occurs, and of {@link #ALL}. */
    Map<String, Agreement> types() {
        return types;
    }

    Agreement type(String type) {
        return types.computeIfAbsent(type, key -> new Agreement());
    }

    /** Returns the types that words have, {@code O} outside entities. */
    Confusions confusions() {
        return confusions;
    }

    static EntityScores full(
            List<EntitySentence> sentences, TrainedAnnotators annotators, TypeNames names) {
        Feature feature = annotators.schema().feature("ner");
        AnnotatorStages stages = annotators.newStages();
        EntityScores scores = new EntityScores(names);
        for (EntitySentence sentence : sentences) {
            if (sentence.startsDocument()) {
                stages.startDocument();
            }
            List<String> tags = new ArrayList<>();
            for (int[] ids : stages.tag(sentence.words().toArray(String[]::new))) {
                tags.add(tag(feature, ids[1]));
            }
            scores.add(sentence.tags(), tags);
        }
        return scores;
    }

    static EntityScores causal(
            List<EntitySentence> sentences, TrainedAnnotators annotators, TypeNames names) {
        Feature feature = annotators.schema().feature("ner");
        IncrementalAnnotator causal = annotators.newCausalAnnotator();
        EntityScores scores = new EntityScores(names);
        for (EntitySentence sentence : sentences) {
            if (sentence.startsDocument()) {
                causal.reset();
            }
            List<String> tags = new ArrayList<>();
            for (String word : sentence.words()) {
                int[] ids = causal.push((" " + word).getBytes(StandardCharsets.UTF_8));
                tags.add(tag(feature, ids[1]));
            }
            scores.add(sentence.tags(), tags);
        }
        return scores;
    }

    private static String tag(Feature feature, int id) {
        return id == Feature.NONE_ID ? OUTSIDE : feature.tag(id);
    }

    private void add(List<String> goldTags, List<String> foundTags) {
        Set<Entity> gold = new HashSet<>(renamed(goldTags));
        for (Entity entity : gold) {
            type(ALL).gold();
            type(entity.type()).gold();
        }
        for (Entity entity : renamed(foundTags)) {
            type(ALL).found();
            type(entity.type()).found();
            if (gold.contains(entity)) {
                type(ALL).correct();
                type(entity.type()).correct();
            }
        }
        for (int i = 0; i < goldTags.size(); i++) {
            confusions.add(typeOf(goldTags.get(i)), typeOf(foundTags.get(i)));
        }
    }

    /** Returns the renamed type of a word with the given BIO tag. */
    private String typeOf(String tag) {
        return tag.equals(OUTSIDE) ? OUTSIDE : names.of(tag.substring(2));
    }

    /** Returns the entities to be scored, with renamed types. */
    private List<Entity> renamed(List<String> tags) {
        return entities(tags).stream()
                .map(entity -> new Entity(entity.start(), entity.end(), names.of(entity.type())))
                .filter(entity -> !entity.type().equals(TypeNames.LEFT_OUT))
                .toList();
    }

    /** Extracts entities; any tag that does not continue the previous entity begins a new one. */
    private static List<Entity> entities(List<String> tags) {
        List<Entity> entities = new ArrayList<>();
        for (int i = 0; i < tags.size(); ) {
            int start = i++;
            if (tags.get(start).equals(OUTSIDE)) {
                continue;
            }
            String type = tags.get(start).substring(2);
            while (i < tags.size() && tags.get(i).equals("I-" + type)) {
                i++;
            }
            entities.add(new Entity(start, i, type));
        }
        return entities;
    }
}
