package org.limelm.train.internal.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** A chart of lines over a shared axis. */
public final class LineChart extends Chart {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 380;
    private static final int LEFT = 64;
    private static final int RIGHT = 24;
    private static final int TOP = 34;
    private static final int BOTTOM = 48;
    private static final int X_TICKS = 7;
    private static final int Y_TICKS = 5;
    private static final int LEGEND_LINE = 20;
    private static final int LEGEND_SAMPLE = 24;
    private static final int CHARACTER = 7; // about the mean width of a character

    private final String xLabel;
    private final String yLabel;
    private final List<Series> series;
    private final Axis x;
    private final Axis y;

    /**
     * One line.
     *
     * @param name legend entry
     * @param points in ascending x
     */
    public record Series(String name, List<Value> points) {}

    /** A point in the units of the axes. */
    public record Value(double x, double y) {}

    /**
     * Creates a chart.
     *
     * @param title title of the chart
     * @param xLabel name and unit of the horizontal axis
     * @param yLabel name and unit of the vertical axis
     * @param series the lines, in legend order
     * @throws IllegalArgumentException if there are no points
     */
    public LineChart(String title, String xLabel, String yLabel, List<Series> series) {
        super(title);
        this.xLabel = xLabel;
        this.yLabel = yLabel;
        this.series = series.stream().filter(line -> !line.points().isEmpty()).toList();
        if (this.series.isEmpty()) {
            throw new IllegalArgumentException("[chart " + title + "] no points to draw");
        }
        x = Axis.spanning(values(Value::x), X_TICKS);
        y = Axis.covering(values(Value::y), Y_TICKS);
    }

    private DoubleStream values(ToDoubleFunction<Value> coordinate) {
        return series.stream().flatMap(line -> line.points().stream()).mapToDouble(coordinate);
    }

    @Override
    int width() {
        return WIDTH;
    }

    @Override
    int height() {
        double lastLine = legend().get(series.size() - 1).y();
        return HEIGHT + LEGEND_LINE + (int) lastLine;
    }

    @Override
    void draw(Canvas canvas) {
        canvas.text(
                new Canvas.Point(LEFT, 20), title(), Canvas.Anchor.START, Canvas.TextStyle.TITLE);
        grid(canvas);
        for (int i = 0; i < series.size(); i++) {
            line(canvas, series.get(i), i);
        }
    }

    private void grid(Canvas canvas) {
        for (double tick : y.ticks()) {
            Canvas.Point from = pixel(x.low(), tick);
            canvas.line(from, pixel(x.high(), tick), Colours.GRID, 1);
            canvas.text(
                    new Canvas.Point(LEFT - 8, from.y() + 4),
                    y.label(tick),
                    Canvas.Anchor.END,
                    Canvas.TextStyle.LABEL);
        }
        for (double tick : x.ticks()) {
            Canvas.Point at = pixel(tick, y.low());
            canvas.line(at, new Canvas.Point(at.x(), at.y() + 4), Colours.AXIS, 1);
            canvas.text(
                    new Canvas.Point(at.x(), at.y() + 18),
                    x.label(tick),
                    Canvas.Anchor.MIDDLE,
                    Canvas.TextStyle.LABEL);
        }
        canvas.line(pixel(x.low(), y.low()), pixel(x.high(), y.low()), Colours.AXIS, 1);
        canvas.text(
                new Canvas.Point((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8),
                xLabel,
                Canvas.Anchor.MIDDLE,
                Canvas.TextStyle.LABEL);
        canvas.textUpwards(new Canvas.Point(16, (TOP + HEIGHT - BOTTOM) / 2.0), yLabel);
    }

    private void line(Canvas canvas, Series line, int index) {
        String colour = Colours.ofSeries(index);
        boolean dashed = Colours.isDashed(index);
        canvas.path(
                line.points().stream().map(point -> pixel(point.x(), point.y())).toList(),
                colour,
                dashed);
        for (Value point : line.points()) {
            canvas.dot(
                    pixel(point.x(), point.y()),
                    2.5,
                    colour,
                    String.format(
                            Locale.ROOT, "%s: %,.0f, %.4f", line.name(), point.x(), point.y()));
        }
        legendEntry(canvas, line.name(), legend().get(index), colour, dashed);
    }

    private static void legendEntry(
            Canvas canvas, String name, Canvas.Point offset, String colour, boolean dashed) {
        double left = LEFT + offset.x();
        double middle = HEIGHT + 8 + offset.y();
        canvas.path(
                List.of(
                        new Canvas.Point(left, middle),
                        new Canvas.Point(left + LEGEND_SAMPLE - 6, middle)),
                colour,
                dashed);
        canvas.text(
                new Canvas.Point(left + LEGEND_SAMPLE, middle + 4),
                name,
                Canvas.Anchor.START,
                Canvas.TextStyle.LABEL);
    }

    /** Returns where the legend entries begin below the chart, in as many lines as they need. */
    private List<Canvas.Point> legend() {
        List<Canvas.Point> entries = new ArrayList<>();
        double left = 0;
        double top = 0;
        for (Series line : series) {
            double width = LEGEND_SAMPLE + CHARACTER * line.name().length() + 24.0;
            if (left > 0 && LEFT + left + width > WIDTH) {
                left = 0;
                top += LEGEND_LINE;
            }
            entries.add(new Canvas.Point(left, top));
            left += width;
        }
        return entries;
    }

    private Canvas.Point pixel(double atX, double atY) {
        return new Canvas.Point(
                LEFT + x.share(atX) * (WIDTH - LEFT - RIGHT),
                HEIGHT - BOTTOM - y.share(atY) * (HEIGHT - TOP - BOTTOM));
    }
}
