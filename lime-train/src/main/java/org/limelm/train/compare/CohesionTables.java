package org.limelm.train.compare;

import java.util.ArrayList;
import java.util.List;
import org.limelm.train.compare.ArmFigures.ClassFigures;
import org.limelm.train.compare.ArmFigures.TokenFigures;
import org.limelm.train.evaluation.TokenClass;

/** The tables of where an arm gains and loses accuracy. */
final class CohesionTables {
    private static final double PERCENT = 100;

    private final Comparison comparison;
    private final ArmFigures arm;

    CohesionTables(Comparison comparison, ArmFigures arm) {
        this.comparison = comparison;
        this.arm = arm;
    }

    /** Returns the accuracy in every class of tokens. */
    ReportTable classes() {
        List<List<String>> rows = new ArrayList<>();
        for (ClassFigures type : arm.classes()) {
            double difference = type.difference().mean();
            rows.add(
                    List.of(
                            label(type.type()),
                            Cells.number("%.2f %%", PERCENT * type.share()),
                            Cells.number("%.2f %%", PERCENT * (type.accuracy() - difference)),
                            Cells.number("%.2f %%", PERCENT * type.accuracy()),
                            Cells.minus(Cells.range("%+.2f", type.difference(), PERCENT))));
        }
        return new ReportTable(
                title(),
                "Classes of tokens. Those of entities and parts of speech are from "
                        + comparison.classTags()
                        + " tags, whatever tags the model reads. A range is over the seeds.",
                List.of(
                        "class",
                        "share of tokens",
                        comparison.baseline().arm(),
                        arm.arm(),
                        "Δ, points"),
                rows);
    }

    private static String label(TokenClass type) {
        return type.division() + ": " + type.name();
    }

    /** Returns the tokens that contribute most to the difference, gains first. */
    ReportTable tokens() {
        List<List<String>> rows = new ArrayList<>();
        for (TokenFigures token : arm.vocabulary()) {
            rows.add(
                    List.of(
                            visible(token.text()),
                            Cells.number("%.3f %%", PERCENT * token.share()),
                            Cells.minus(Cells.number("%+.1f", PERCENT * token.difference())),
                            Cells.minus(Cells.number("%+.4f", PERCENT * token.contribution()))));
        }
        return new ReportTable(
                title(),
                "The tokens with the largest gains and losses, by share × Δ: these contributions add"
                        + " up to the difference over all tokens.",
                List.of("token", "share of tokens", "Δ accuracy, points", "share × Δ, points"),
                rows);
    }

    private String title() {
        return arm.arm() + ", evaluated in " + arm.evaluatedIn() + " (" + arm.metadata() + ")";
    }

    private static String visible(String token) {
        return token.replace(' ', '␣').replace('\n', '⏎').replace('\t', '⇥');
    }
}
