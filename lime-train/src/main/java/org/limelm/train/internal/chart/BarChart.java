package org.limelm.train.internal.chart;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** A chart of horizontal bars to both sides of zero, with an error bar each. */
public final class BarChart extends Chart {
    private static final int WIDTH = 760;
    private static final int LEFT = 190;
    private static final int RIGHT = 70;
    private static final int TOP = 34;
    private static final int BOTTOM = 48;
    private static final int TICKS = 6;
    private static final int ROW = 22;
    private static final int THICKNESS = 14;

    private final String xLabel;
    private final List<Bar> bars;
    private final Axis x;

    /**
     * One bar.
     *
     * @param name label of the bar
     * @param value its length
     * @param low lower end of the error bar
     * @param high upper end of the error bar
     */
    public record Bar(String name, double value, double low, double high) {}

    /**
     * Creates a chart.
     *
     * @param title title of the chart
     * @param xLabel name and unit of the bars' length
     * @param bars the bars, from top to bottom
     * @throws IllegalArgumentException if there are no bars
     */
    public BarChart(String title, String xLabel, List<Bar> bars) {
        super(title);
        this.xLabel = xLabel;
        this.bars = List.copyOf(bars);
        if (bars.isEmpty()) {
            throw new IllegalArgumentException("[chart " + title + "] no bars to draw");
        }
        x =
                Axis.covering(
                        DoubleStream.concat(
                                DoubleStream.of(0),
                                bars.stream()
                                        .flatMapToDouble(
                                                bar ->
                                                        DoubleStream.of(
                                                                bar.value(),
                                                                bar.low(),
                                                                bar.high()))),
                        TICKS);
    }

    @Override
    int width() {
        return WIDTH;
    }

    @Override
    int height() {
        return TOP + ROW * bars.size() + BOTTOM;
    }

    @Override
    void draw(Canvas canvas) {
        canvas.text(new Canvas.Point(12, 20), title(), Canvas.Anchor.START, Canvas.TextStyle.TITLE);
        double bottom = height() - BOTTOM;
        for (double tick : x.ticks()) {
            canvas.line(
                    new Canvas.Point(pixel(tick), TOP),
                    new Canvas.Point(pixel(tick), bottom),
                    Math.abs(tick) < x.step() / 2 ? Colours.AXIS : Colours.GRID,
                    1);
            canvas.text(
                    new Canvas.Point(pixel(tick), bottom + 18),
                    x.label(tick),
                    Canvas.Anchor.MIDDLE,
                    Canvas.TextStyle.LABEL);
        }
        canvas.text(
                new Canvas.Point((LEFT + WIDTH - RIGHT) / 2.0, height() - 8),
                xLabel,
                Canvas.Anchor.MIDDLE,
                Canvas.TextStyle.LABEL);
        for (int i = 0; i < bars.size(); i++) {
            bar(canvas, bars.get(i), TOP + ROW * (i + 0.5));
        }
    }

    private void bar(Canvas canvas, Bar bar, double middle) {
        double from = pixel(Math.min(0, bar.value()));
        String value = String.format(Locale.ROOT, "%+.2f", bar.value()).replace('-', '−');
        canvas.bar(
                new Canvas.Point(from, middle - THICKNESS / 2.0),
                pixel(Math.max(0, bar.value())) - from,
                THICKNESS,
                bar.value() < 0 ? Colours.LOSS : Colours.GAIN,
                bar.name() + ": " + value);
        if (bar.high() > bar.low()) {
            canvas.line(
                    new Canvas.Point(pixel(bar.low()), middle),
                    new Canvas.Point(pixel(bar.high()), middle),
                    Colours.TEXT,
                    1.5);
        }
        canvas.text(
                new Canvas.Point(LEFT - 10, middle + 4),
                bar.name(),
                Canvas.Anchor.END,
                Canvas.TextStyle.LABEL);
        canvas.text(
                new Canvas.Point(WIDTH - 8, middle + 4),
                value,
                Canvas.Anchor.END,
                Canvas.TextStyle.LABEL);
    }

    private double pixel(double value) {
        return LEFT + x.share(value) * (WIDTH - LEFT - RIGHT);
    }
}
