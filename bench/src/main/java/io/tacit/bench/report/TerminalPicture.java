package io.tacit.bench.report;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Pictures in a terminal: one half-block character shows two pixels, one above the other. */
public final class TerminalPicture {
    private static final int OPAQUE_HALF = 128;

    private TerminalPicture() {}

    /**
     * Lines of text that show the picture, at most {@code columns} wide.
     *
     * @param colours whether the terminal takes 24-bit colours; without them a pixel is either set or not
     */
    public static List<String> lines(BufferedImage picture, int columns, boolean colours) {
        BufferedImage image = fit(picture, columns);
        List<String> lines = new ArrayList<>();
        for (int y = 0; y < image.getHeight(); y += 2) {
            StringBuilder line = new StringBuilder();
            for (int x = 0; x < image.getWidth(); x++) {
                int upper = image.getRGB(x, y);
                int lower = y + 1 < image.getHeight() ? image.getRGB(x, y + 1) : 0;
                if (colours) {
                    line.append("\u001b[38;2;")
                            .append(rgb(upper))
                            .append("m\u001b[48;2;")
                            .append(rgb(lower))
                            .append("m\u2580");
                } else {
                    boolean top = light(upper);
                    boolean bottom = light(lower);
                    line.append(top ? (bottom ? '\u2588' : '\u2580') : (bottom ? '\u2584' : ' '));
                }
            }
            lines.add(colours ? line + "\u001b[0m" : line.toString());
        }
        return lines;
    }

    /** Pictures next to each other; all from {@link #lines} with {@code columns} columns. */
    public static List<String> sideBySide(List<List<String>> pictures, int columns, int gap) {
        int height = pictures.stream().mapToInt(List::size).max().orElse(0);
        List<String> lines = new ArrayList<>();
        for (int y = 0; y < height; y++) {
            StringBuilder line = new StringBuilder();
            for (List<String> picture : pictures) {
                line.append(y < picture.size() ? picture.get(y) : " ".repeat(columns))
                        .append(" ".repeat(gap));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static BufferedImage fit(BufferedImage picture, int columns) {
        if (picture.getWidth() <= columns) {
            return picture;
        }
        int height = Math.max(1, picture.getHeight() * columns / picture.getWidth());
        BufferedImage small = new BufferedImage(columns, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = small.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        pen.drawImage(picture, 0, 0, columns, height, null);
        pen.dispose();
        return small;
    }

    private static String rgb(int pixel) {
        return (pixel >> 16 & 0xff) + ";" + (pixel >> 8 & 0xff) + ";" + (pixel & 0xff);
    }

    private static boolean light(int pixel) {
        return ((pixel >> 16 & 0xff) * 3 + (pixel >> 8 & 0xff) * 6 + (pixel & 0xff)) / 10 >= OPAQUE_HALF;
    }
}
