package org.limelm.train.compare;

import java.util.List;
import java.util.Locale;
import org.limelm.train.internal.table.Html;

/**
 * A line chart as a self-contained SVG element: no script, no font, no network.
 *
 * @param title title of the chart
 * @param xLabel name and unit of the horizontal axis
 * @param yLabel name and unit of the vertical axis
 * @param series the lines, in legend order
 */
record LineChart(String title, String xLabel, String yLabel, List<Series> series) {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 380;
    private static final int LEFT = 68;
    private static final int RIGHT = 150;
    private static final int TOP = 34;
    private static final int BOTTOM = 48;
    private static final int TICKS = 5;

    /** Colours that colour-blind readers can distinguish (Okabe and Ito, 2008). */
    private static final List<String> COLOURS =
            List.of("#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

    /**
     * One line.
     *
     * @param name legend entry
     * @param points in ascending x
     */
    record Series(String name, List<Point> points) {}

    /** A point in the units of the axes. */
    record Point(double x, double y) {}

    LineChart {
        series = series.stream().filter(line -> !line.points().isEmpty()).toList();
        if (series.isEmpty()) {
            throw new IllegalArgumentException("[chart " + title + "] no points to draw");
        }
    }

    /** Returns the {@code <svg>} element. */
    String toSvg() {
        Range x = Range.of(series.stream().flatMap(s -> s.points().stream()).mapToDouble(Point::x));
        Range y = Range.of(series.stream().flatMap(s -> s.points().stream()).mapToDouble(Point::y));
        StringBuilder svg = new StringBuilder();
        svg.append(
                format(
                        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
                        WIDTH, HEIGHT, Html.escape(title)));
        svg.append(
                format(
                        "<text x=\"%d\" y=\"20\" class=\"title\">%s</text>%n",
                        LEFT, Html.escape(title)));
        grid(svg, x, y);
        for (int i = 0; i < series.size(); i++) {
            line(svg, series.get(i), i, x, y);
        }
        return svg.append("</svg>\n").toString();
    }

    private void grid(StringBuilder svg, Range x, Range y) {
        int bottom = HEIGHT - BOTTOM;
        for (int i = 0; i <= TICKS; i++) {
            double atX = x.low() + i * x.width() / TICKS;
            double atY = y.low() + i * y.width() / TICKS;
            svg.append(
                    format(
                            "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>%n",
                            LEFT, WIDTH - RIGHT, pixelY(atY, y), pixelY(atY, y)));
            svg.append(
                    format(
                            "<text x=\"%d\" y=\"%.1f\" class=\"tick\""
                                    + " text-anchor=\"end\">%s</text>%n",
                            LEFT - 8, pixelY(atY, y) + 4, tick(atY, y)));
            svg.append(
                    format(
                            "<text x=\"%.1f\" y=\"%d\" class=\"tick\""
                                    + " text-anchor=\"middle\">%s</text>%n",
                            pixelX(atX, x), bottom + 18, tick(atX, x)));
        }
        svg.append(
                format(
                        "<text x=\"%d\" y=\"%d\" class=\"axis\" text-anchor=\"middle\">%s</text>%n",
                        (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, Html.escape(xLabel)));
        svg.append(
                format(
                        "<text transform=\"translate(16 %d) rotate(-90)\" class=\"axis\""
                                + " text-anchor=\"middle\">%s</text>%n",
                        (TOP + bottom) / 2, Html.escape(yLabel)));
    }

    private static void line(StringBuilder svg, Series line, int index, Range x, Range y) {
        String colour = COLOURS.get(index % COLOURS.size());
        String dash = index < COLOURS.size() ? "" : " stroke-dasharray=\"5 3\"";
        StringBuilder path = new StringBuilder();
        for (Point point : line.points()) {
            path.append(path.isEmpty() ? "M" : "L")
                    .append(format("%.1f %.1f", pixelX(point.x(), x), pixelY(point.y(), y)));
        }
        svg.append(
                format(
                        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>%n",
                        path, colour, dash));
        for (Point point : line.points()) {
            svg.append(
                    format(
                            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\""
                                    + " fill=\"%s\"><title>%s: %s, %s</title></circle>%n",
                            pixelX(point.x(), x),
                            pixelY(point.y(), y),
                            colour,
                            Html.escape(line.name()),
                            tick(point.x(), x),
                            format("%.4f", point.y())));
        }
        int legendY = TOP + 8 + 20 * index;
        int legendX = WIDTH - RIGHT + 14;
        svg.append(
                format(
                        "<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke=\"%s\""
                                + " stroke-width=\"3\"%s/>"
                                + "<text x=\"%d\" y=\"%d\" class=\"legend\">%s</text>%n",
                        legendX,
                        legendX + 18,
                        legendY,
                        legendY,
                        colour,
                        dash,
                        legendX + 24,
                        legendY + 4,
                        Html.escape(line.name())));
    }

    private static double pixelX(double value, Range x) {
        return LEFT + (value - x.low()) / x.width() * (WIDTH - LEFT - RIGHT);
    }

    private static double pixelY(double value, Range y) {
        return HEIGHT - BOTTOM - (value - y.low()) / y.width() * (HEIGHT - TOP - BOTTOM);
    }

    private static String tick(double value, Range range) {
        if (range.high() >= 1e6) {
            return format("%.2fM", value / 1e6);
        }
        if (range.high() >= 1e4) {
            return format("%.0fk", value / 1e3);
        }
        return range.width() < 1 ? format("%.3f", value) : format("%.2f", value);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    /** The span of an axis; never of width zero. */
    private record Range(double low, double high) {
        static Range of(java.util.stream.DoubleStream values) {
            java.util.DoubleSummaryStatistics all =
                    values.filter(Double::isFinite).summaryStatistics();
            if (all.getCount() == 0) {
                return new Range(0, 1);
            }
            double pad = all.getMax() > all.getMin() ? 0 : 0.5;
            return new Range(all.getMin() - pad, all.getMax() + pad);
        }

        double width() {
            return high - low;
        }
    }
}
