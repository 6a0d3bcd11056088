package org.limelm.train.internal.chart;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.limelm.train.internal.table.Html;

/** Draws a self-contained SVG element: no script, no font, no network. */
final class SvgCanvas implements Canvas {
    private final StringBuilder svg = new StringBuilder();

    SvgCanvas(int width, int height, String title) {
        svg.append(
                format(
                        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
                        width, height, Html.escape(title)));
    }

    /** Returns the element; the canvas must not be used again. */
    String finish() {
        return svg.append("</svg>\n").toString();
    }

    @Override
    public void line(Point from, Point to, String colour, double width) {
        svg.append(
                format(
                        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\""
                                + " stroke-width=\"%.1f\"/>\n",
                        from.x(), from.y(), to.x(), to.y(), colour, width));
    }

    @Override
    public void path(List<Point> points, String colour, boolean dashed) {
        String path =
                points.stream()
                        .map(point -> format("%.1f %.1f", point.x(), point.y()))
                        .collect(Collectors.joining("L", "M", ""));
        svg.append(
                format(
                        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>\n",
                        path, colour, dashed ? " stroke-dasharray=\"5 3\"" : ""));
    }

    @Override
    public void dot(Point centre, double radius, String colour, String tooltip) {
        svg.append(
                format(
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\""
                                + " fill=\"%s\"><title>%s</title></circle>\n",
                        centre.x(), centre.y(), radius, colour, Html.escape(tooltip)));
    }

    @Override
    public void bar(Point topLeft, double width, double height, String colour, String tooltip) {
        svg.append(
                format(
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\""
                                + " fill=\"%s\"><title>%s</title></rect>\n",
                        topLeft.x(), topLeft.y(), width, height, colour, Html.escape(tooltip)));
    }

    @Override
    public void text(Point at, String text, Anchor anchor, TextStyle style) {
        svg.append(
                format(
                        "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" text-anchor=\"%s\">%s</text>\n",
                        at.x(),
                        at.y(),
                        style.name().toLowerCase(Locale.ROOT),
                        anchor.name().toLowerCase(Locale.ROOT),
                        Html.escape(text)));
    }

    @Override
    public void textUpwards(Point at, String text) {
        svg.append(
                format(
                        "<text transform=\"translate(%.1f %.1f) rotate(-90)\" class=\"label\""
                                + " text-anchor=\"middle\">%s</text>\n",
                        at.x(), at.y(), Html.escape(text)));
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
