package org.limelm.train.internal.chart;

import java.util.Optional;

/** A chart that can be drawn as SVG and as PNG. */
public abstract class Chart {
    private final String title;

    Chart(String title) {
        this.title = title;
    }

    /** Returns the title. */
    public String title() {
        return title;
    }

    abstract int width();

    abstract int height();

    abstract void draw(Canvas canvas);

    /** Returns a self-contained {@code <svg>} element. */
    public String toSvg() {
        SvgCanvas canvas = new SvgCanvas(width(), height(), title);
        draw(canvas);
        return canvas.finish();
    }

    /**
     * Returns the chart as a PNG image; empty if the Java runtime cannot draw text, because the
     * system has no fonts.
     */
    public Optional<byte[]> toPng() {
        try {
            ImageCanvas canvas = new ImageCanvas(width(), height());
            draw(canvas);
            return Optional.of(canvas.finish());
        } catch (InternalError | NullPointerException | UnsatisfiedLinkError e) {
            return Optional.empty(); // what AWT throws without fonts or without its libraries
        }
    }
}
