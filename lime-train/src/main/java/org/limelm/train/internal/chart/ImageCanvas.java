package org.limelm.train.internal.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;

/** Draws a PNG image, at twice the size in pixels. Needs the fonts of the operating system. */
final class ImageCanvas implements Canvas {
    private static final int SCALE = 2;
    private static final float[] DASHES = {5, 3};

    private final BufferedImage image;
    private final Graphics2D graphics;

    ImageCanvas(int width, int height) {
        image = new BufferedImage(SCALE * width, SCALE * height, BufferedImage.TYPE_INT_RGB);
        graphics = image.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.scale(SCALE, SCALE);
        graphics.setColor(Color.WHITE);
        graphics.fill(new Rectangle2D.Double(0, 0, width, height));
    }

    /** Returns the image as PNG; the canvas must not be used again. */
    byte[] finish() {
        graphics.dispose();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.setUseCache(false);
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return png.toByteArray();
    }

    @Override
    public void line(Point from, Point to, String colour, double width) {
        graphics.setColor(Color.decode(colour));
        graphics.setStroke(new BasicStroke((float) width));
        graphics.draw(new Line2D.Double(from.x(), from.y(), to.x(), to.y()));
    }

    @Override
    public void path(List<Point> points, String colour, boolean dashed) {
        Path2D path = new Path2D.Double();
        for (Point point : points) {
            if (path.getCurrentPoint() == null) {
                path.moveTo(point.x(), point.y());
            } else {
                path.lineTo(point.x(), point.y());
            }
        }
        graphics.setColor(Color.decode(colour));
        graphics.setStroke(
                dashed
                        ? new BasicStroke(
                                2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, DASHES, 0)
                        : new BasicStroke(2, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(path);
    }

    @Override
    public void dot(Point centre, double radius, String colour, String tooltip) {
        graphics.setColor(Color.decode(colour));
        graphics.fill(
                new Ellipse2D.Double(
                        centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius));
    }

    @Override
    public void bar(Point topLeft, double width, double height, String colour, String tooltip) {
        graphics.setColor(Color.decode(colour));
        graphics.fill(new Rectangle2D.Double(topLeft.x(), topLeft.y(), width, height));
    }

    @Override
    public void text(Point at, String text, Anchor anchor, TextStyle style) {
        boolean title = style == TextStyle.TITLE;
        graphics.setFont(
                new Font(Font.SANS_SERIF, title ? Font.BOLD : Font.PLAIN, title ? 14 : 12));
        graphics.setColor(Color.decode(Colours.TEXT));
        double width = graphics.getFontMetrics().stringWidth(text);
        double shift =
                switch (anchor) {
                    case START -> 0;
                    case MIDDLE -> width / 2;
                    case END -> width;
                };
        graphics.drawString(text, (float) (at.x() - shift), (float) at.y());
    }

    @Override
    public void textUpwards(Point at, String text) {
        AffineTransform before = graphics.getTransform();
        graphics.translate(at.x(), at.y());
        graphics.rotate(-Math.PI / 2);
        text(new Point(0, 0), text, Anchor.MIDDLE, TextStyle.LABEL);
        graphics.setTransform(before);
    }
}
