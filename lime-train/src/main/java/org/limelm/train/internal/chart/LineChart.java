package org.limelm.train.internal.chart;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** A chart of lines over a shared axis. */
public final class LineChart extends Chart {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 380;
    private static final int LEFT = 64;
    private static final int RIGHT = 168;
    private static final int TOP = 34;
    private static final int BOTTOM = 48;
    private static final int TICKS = 5;
    private static final int LEGEND_LINE = 20;

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
        x = Axis.covering(values(Value::x), TICKS);
        y = Axis.covering(values(Value::y), TICKS);
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
        return Math.max(HEIGHT, TOP + LEGEND_LINE * (series.size() + 1));
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
                new Canvas.Point((LEFT + WIDTH - RIGHT) / 2.0, height() - 8),
                xLabel,
                Canvas.Anchor.MIDDLE,
                Canvas.TextStyle.LABEL);
        canvas.textUpwards(new Canvas.Point(16, (TOP + height() - BOTTOM) / 2.0), yLabel);
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
        double legendY = TOP + 8 + LEGEND_LINE * index;
        double legendX = WIDTH - RIGHT + 14;
        canvas.path(
                List.of(
                        new Canvas.Point(legendX, legendY),
                        new Canvas.Point(legendX + 18, legendY)),
                colour,
                dashed);
        canvas.text(
                new Canvas.Point(legendX + 24, legendY + 4),
                line.name(),
                Canvas.Anchor.START,
                Canvas.TextStyle.LABEL);
    }

    private Canvas.Point pixel(double atX, double atY) {
        return new Canvas.Point(
                LEFT + x.share(atX) * (WIDTH - LEFT - RIGHT),
                height() - BOTTOM - y.share(atY) * (height() - TOP - BOTTOM));
    }
}
