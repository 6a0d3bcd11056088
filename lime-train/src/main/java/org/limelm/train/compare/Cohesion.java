package org.limelm.train.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.limelm.core.LimeException;
import org.limelm.train.compare.ArmFigures.ClassFigures;
import org.limelm.train.compare.ArmFigures.TokenFigures;
import org.limelm.train.evaluation.Sums;
import org.limelm.train.evaluation.TokenClass;
import org.limelm.train.evaluation.TokenStatistics;
import org.limelm.train.evaluation.TokenStatistics.TokenSums;

/**
 * Where an arm gains or loses accuracy (figure 3 of the paper): by class of token, and by token.
 * Both arms predict the same tokens, with the same seeds.
 */
final class Cohesion {
    /** Number of tokens reported at each end of the order by contribution. */
    private static final int LISTED_TOKENS = 20;

    private final List<TokenStatistics> baseline;
    private final List<TokenStatistics> arm;

    Cohesion(List<TokenStatistics> baseline, List<TokenStatistics> arm) {
        this.baseline = baseline;
        this.arm = arm;
    }

    /**
     * Returns the accuracy in every class, in the order of the classes.
     *
     * @throws LimeException if the classes are from different tags
     */
    List<ClassFigures> classes() {
        requireSameClassTags();
        List<NavigableMap<TokenClass, Sums>> ofBaseline =
                baseline.stream().map(this::byClass).toList();
        List<NavigableMap<TokenClass, Sums>> ofArm = arm.stream().map(this::byClass).toList();
        double tokens = arm.get(0).total().tokens();
        List<ClassFigures> figures = new ArrayList<>();
        for (TokenClass type : ofArm.get(0).keySet()) {
            List<Double> differences = new ArrayList<>();
            Sums all = Sums.ZERO;
            for (int s = 0; s < ofArm.size(); s++) {
                Sums own = ofArm.get(s).getOrDefault(type, Sums.ZERO);
                Sums other = ofBaseline.get(s).getOrDefault(type, Sums.ZERO);
                differences.add(own.accuracy() - other.accuracy());
                all = all.plus(own);
            }
            figures.add(
                    new ClassFigures(
                            type,
                            ofArm.get(0).get(type).tokens() / tokens,
                            all.accuracy(),
                            Spread.of(differences)));
        }
        return figures;
    }

    private void requireSameClassTags() {
        List<String> tags =
                Stream.concat(baseline.stream(), arm.stream())
                        .map(TokenStatistics::classTags)
                        .distinct()
                        .toList();
        if (tags.size() > 1) {
            throw new LimeException(
                    "[compare] the classes of tokens are from different tags: "
                            + tags
                            + ", expected the same for all arms. Hint: delete the folders"
                            + " 'evaluations' below run.folder and repeat the command");
        }
    }

    private NavigableMap<TokenClass, Sums> byClass(TokenStatistics statistics) {
        NavigableMap<TokenClass, Sums> sums = new TreeMap<>();
        statistics.classes().forEach(entry -> sums.put(entry.type(), entry.sums()));
        return sums;
    }

    /** Returns the tokens that gain most and lose most, by falling contribution. */
    List<TokenFigures> tokens() {
        Map<Integer, Sums> ofBaseline = byToken(baseline);
        Map<Integer, Sums> ofArm = byToken(arm);
        double tokens = ofArm.values().stream().mapToLong(Sums::tokens).sum();
        List<TokenFigures> all = new ArrayList<>();
        for (TokenSums token : arm.get(0).vocabulary()) {
            Sums own = ofArm.getOrDefault(token.id(), Sums.ZERO);
            Sums other = ofBaseline.getOrDefault(token.id(), Sums.ZERO);
            double difference = own.accuracy() - other.accuracy();
            double share = own.tokens() / tokens;
            all.add(
                    new TokenFigures(
                            token.id(), token.text(), share, difference, share * difference));
        }
        all.sort(Comparator.comparingDouble(TokenFigures::contribution).reversed());
        int listed = Math.min(LISTED_TOKENS, all.size() / 2);
        return Stream.concat(
                        all.subList(0, listed).stream(),
                        all.subList(all.size() - listed, all.size()).stream())
                .toList();
    }

    /** Returns the sums over all seeds by token id. */
    private static Map<Integer, Sums> byToken(List<TokenStatistics> seeds) {
        Map<Integer, Sums> sums = new TreeMap<>();
        seeds.forEach(
                seed ->
                        seed.vocabulary()
                                .forEach(
                                        token -> sums.merge(token.id(), token.sums(), Sums::plus)));
        return sums;
    }
}
