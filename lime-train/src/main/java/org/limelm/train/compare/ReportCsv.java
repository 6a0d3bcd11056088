package org.limelm.train.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.limelm.train.compare.ArmFigures.Efficiency;
import org.limelm.train.compare.ArmFigures.MeanCurveShare;

/**
 * The figures of a comparison as CSV files (RFC 4180), unrounded. Every row is labelled with arm,
 * annotation mode and origin of the tags.
 */
final class ReportCsv {
    private static final List<String> LABELS = List.of("arm", "evaluated_in", "metadata");

    private final Comparison comparison;

    ReportCsv(Comparison comparison) {
        this.comparison = comparison;
    }

    /** Returns the content of the files by name. */
    Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("results.csv", results());
        files.put("differences.csv", differences());
        files.put("efficiency.csv", efficiency());
        files.put("curves.csv", curves());
        files.put("classes.csv", classes());
        files.put("tokens.csv", tokens());
        files.put("overhead.csv", overhead());
        return files;
    }

    private String results() {
        Sheet sheet =
                new Sheet(
                        "seed",
                        "tokens",
                        "bytes",
                        "loss",
                        "perplexity",
                        "bits_per_byte",
                        "accuracy");
        for (ArmFigures arm : comparison.arms()) {
            for (int s = 0; s < comparison.seeds().size(); s++) {
                sheet.add(
                        arm,
                        comparison.seeds().get(s),
                        arm.tokens(),
                        arm.bytes(),
                        arm.loss().bySeed().get(s),
                        arm.perplexity().bySeed().get(s),
                        arm.bitsPerByte().bySeed().get(s),
                        arm.accuracy().bySeed().get(s));
            }
        }
        return sheet.text();
    }

    private String differences() {
        Sheet sheet = new Sheet("figure", "difference", "low_95", "high_95", "units", "unit_count");
        for (ArmFigures arm : comparison.arms()) {
            arm.difference()
                    .ifPresent(
                            all -> {
                                Map<String, Optional<Difference>> figures = new LinkedHashMap<>();
                                figures.put("bits_per_byte", Optional.of(all.bitsPerByte()));
                                figures.put("accuracy", all.accuracy());
                                figures.put("loss", all.loss());
                                figures.forEach(
                                        (name, figure) ->
                                                figure.ifPresent(
                                                        one ->
                                                                sheet.add(
                                                                        arm,
                                                                        name,
                                                                        one.mean(),
                                                                        one.low(),
                                                                        one.high(),
                                                                        all.units(),
                                                                        all.unitCount())));
                            });
        }
        return sheet.text();
    }

    private String efficiency() {
        Sheet sheet =
                new Sheet(
                        "seeds_reached",
                        "seeds",
                        "token_share",
                        "token_share_of_means",
                        "low_95",
                        "high_95",
                        "cost_share",
                        "tokens",
                        "tokens_min",
                        "tokens_max",
                        "token_share_min",
                        "token_share_max",
                        "cost_share_min",
                        "cost_share_max",
                        "upper_bound",
                        "share_at_first_evaluation");
        for (ArmFigures arm : comparison.arms()) {
            arm.efficiency()
                    .ifPresent(
                            figures ->
                                    sheet.add(
                                            arm,
                                            figures.reached(),
                                            figures.seeds(),
                                            of(figures.tokenShare(), Spread::mean),
                                            ofMeans(figures, MeanCurveShare::share),
                                            ofMeans(figures, MeanCurveShare::low),
                                            ofMeans(figures, MeanCurveShare::high),
                                            of(figures.costShare(), Spread::mean),
                                            of(figures.tokens(), Spread::mean),
                                            of(figures.tokens(), Spread::minimum),
                                            of(figures.tokens(), Spread::maximum),
                                            of(figures.tokenShare(), Spread::minimum),
                                            of(figures.tokenShare(), Spread::maximum),
                                            of(figures.costShare(), Spread::minimum),
                                            of(figures.costShare(), Spread::maximum),
                                            figures.upperBound(),
                                            figures.tokenShareOfMeans()
                                                    .<Object>map(MeanCurveShare::first)
                                                    .orElse("")));
        }
        return sheet.text();
    }

    /** Returns a figure of the mean curves; nothing where the accuracy is not reached. */
    private static Object ofMeans(
            Efficiency figures, Function<MeanCurveShare, OptionalDouble> figure) {
        return cell(figures.tokenShareOfMeans().map(figure).orElse(OptionalDouble.empty()));
    }

    private static Object of(Optional<Spread> spread, Function<Spread, Double> figure) {
        return spread.<Object>map(figure).orElse("");
    }

    private static Object cell(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : "";
    }

    private String overhead() {
        Sheet sheet =
                new Sheet(
                        "parameters",
                        "parameter_share",
                        "training_seconds",
                        "training_seconds_sd",
                        "training_seconds_min",
                        "training_seconds_max",
                        "time_ratio",
                        "annotation_seconds_per_million_tokens",
                        "annotation_share");
        for (ArmFigures arm : comparison.arms()) {
            if (arm.curves().isEmpty()) {
                continue; // another evaluation of the same runs
            }
            ArmFigures.Overhead cost = arm.overhead();
            sheet.add(
                    arm,
                    arm.parameters(),
                    cost.parameterShare(),
                    cost.trainingSeconds().mean(),
                    cell(cost.trainingSeconds().standardDeviation()),
                    cost.trainingSeconds().minimum(),
                    cost.trainingSeconds().maximum(),
                    cost.timeRatio(),
                    cell(cost.annotationSecondsPerMillionTokens()),
                    cell(cost.annotationShare()));
        }
        return sheet.text();
    }

    private String curves() {
        Sheet sheet = new Sheet("seed", "training_tokens", "bits_per_byte", "accuracy");
        for (ArmFigures arm : comparison.arms()) {
            for (int s = 0; s < arm.curves().size(); s++) {
                for (CurvePoint point : arm.curves().get(s)) {
                    sheet.add(
                            arm,
                            comparison.seeds().get(s),
                            point.tokens(),
                            point.bitsPerByte(),
                            point.accuracy());
                }
            }
        }
        return sheet.text();
    }

    private String classes() {
        Sheet sheet =
                new Sheet(
                        "division",
                        "class",
                        "share",
                        "accuracy",
                        "difference",
                        "difference_min",
                        "difference_max");
        for (ArmFigures arm : comparison.arms()) {
            arm.classes()
                    .forEach(
                            type ->
                                    sheet.add(
                                            arm,
                                            type.type().division(),
                                            type.type().name(),
                                            type.share(),
                                            type.accuracy(),
                                            type.difference().mean(),
                                            type.difference().minimum(),
                                            type.difference().maximum()));
        }
        return sheet.text();
    }

    private String tokens() {
        Sheet sheet = new Sheet("id", "token", "share", "difference", "contribution");
        for (ArmFigures arm : comparison.arms()) {
            arm.vocabulary()
                    .forEach(
                            token ->
                                    sheet.add(
                                            arm,
                                            token.id(),
                                            token.text(),
                                            token.share(),
                                            token.difference(),
                                            token.contribution()));
        }
        return sheet.text();
    }

    /** The lines of a file. */
    private static final class Sheet {
        private final StringBuilder text = new StringBuilder();

        Sheet(String... columns) {
            List<Object> header = new ArrayList<>(LABELS);
            header.addAll(List.of(columns));
            line(header);
        }

        void add(ArmFigures arm, Object... values) {
            List<Object> cells = new ArrayList<>();
            cells.add(arm.arm());
            cells.add(arm.evaluatedIn());
            cells.add(arm.metadata());
            cells.addAll(List.of(values));
            line(cells);
        }

        private void line(List<Object> cells) {
            text.append(
                            cells.stream()
                                    .map(cell -> quoted(String.valueOf(cell)))
                                    .collect(Collectors.joining(",")))
                    .append("\r\n");
        }

        private static String quoted(String cell) {
            return cell.matches("[^\",\r\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"';
        }

        String text() {
            return text.toString();
        }
    }
}
