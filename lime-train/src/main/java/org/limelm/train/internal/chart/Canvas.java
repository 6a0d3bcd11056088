package org.limelm.train.internal.chart;

import java.util.List;

/** A surface on which a chart is drawn; coordinates are pixels from the top left corner. */
interface Canvas {
    /** How a text is aligned with its position. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    /** The look of a text. */
    enum TextStyle {
        TITLE,
        LABEL
    }

    /** A position. */
    record Point(double x, double y) {}

    /** Draws a straight line. */
    void line(Point from, Point to, String colour, double width);

    /** Draws a line through points. */
    void path(List<Point> points, String colour, boolean dashed);

    /** Draws a filled circle with a tooltip, where the surface has one. */
    void dot(Point centre, double radius, String colour, String tooltip);

    /** Draws a filled rectangle with a tooltip, where the surface has one. */
    void bar(Point topLeft, double width, double height, String colour, String tooltip);

    /** Draws a text on one line. */
    void text(Point at, String text, Anchor anchor, TextStyle style);

    /** Draws a text that reads upwards, centred at a position. */
    void textUpwards(Point at, String text);
}
