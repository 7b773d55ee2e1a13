package io.tacit.bench.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * A self-contained page: one file, no scripts, nothing loaded from elsewhere; readable in light and dark. Every text is
 * escaped, pictures are embedded.
 */
public final class HtmlPage {
    private static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --paper: #ffffff; --bar: #2f6fde;
              --bar2: #9bb8ea; --good: #11734b; --bad: #b3261e; }
            @media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa6b5; --line: #333c48; --paper: #14181e;
              --bar: #6d9ff5; --bar2: #3c557f; --good: #58c796; --bad: #ff8a80; } }
            body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem;
              margin: 2rem auto; padding: 0 1rem; }
            h1 { font-size: 1.7rem; margin-bottom: 0; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
            p.lead { color: var(--soft); margin-top: .3rem; }
            table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
            th, td { text-align: left; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
            td.n, th.n { text-align: right; }
            figure { display: inline-block; margin: .5rem 1.2rem .5rem 0; text-align: center; vertical-align: top; }
            figure img { image-rendering: pixelated; border: 1px solid var(--line); }
            figcaption { font-size: .85rem; color: var(--soft); max-width: 15rem; }
            .good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
            .wide { overflow-x: auto; }
            svg text { fill: currentColor; font: 12px system-ui, sans-serif; }
            """;

    private final String title;
    private final StringBuilder body = new StringBuilder();

    public HtmlPage(String title, String lead) {
        this.title = title;
        body.append("<h1>")
                .append(escape(title))
                .append("</h1>\n<p class=\"lead\">")
                .append(escape(lead))
                .append("</p>\n");
    }

    public HtmlPage heading(String text) {
        body.append("<h2>").append(escape(text)).append("</h2>\n");
        return this;
    }

    public HtmlPage paragraph(String text) {
        body.append("<p>").append(escape(text)).append("</p>\n");
        return this;
    }

    /** A sentence that stands out as good or bad. */
    public HtmlPage verdict(boolean good, String text) {
        body.append("<p class=\"")
                .append(good ? "good" : "bad")
                .append("\">")
                .append(escape(text))
                .append("</p>\n");
        return this;
    }

    /** A table; cells that begin with a digit or a minus sign are set flush right. */
    public HtmlPage table(List<String> header, List<List<String>> rows) {
        body.append("<div class=\"wide\"><table>\n<tr>");
        for (int c = 0; c < header.size(); c++) {
            int column = c;
            boolean numeric = !rows.isEmpty() && rows.stream().allMatch(row -> isNumeric(row.get(column)));
            body.append(numeric ? "<th class=\"n\">" : "<th>")
                    .append(escape(header.get(c)))
                    .append("</th>");
        }
        body.append("</tr>\n");
        for (List<String> row : rows) {
            body.append("<tr>");
            for (String cell : row) {
                body.append(isNumeric(cell) ? "<td class=\"n\">" : "<td>")
                        .append(escape(cell))
                        .append("</td>");
            }
            body.append("</tr>\n");
        }
        body.append("</table></div>\n");
        return this;
    }

    /** Pictures side by side, each enlarged to about {@code pixels} pixels by whole factors where it is small. */
    public HtmlPage pictures(int pixels, List<Picture> pictures) {
        body.append("<div>\n");
        for (Picture picture : pictures) {
            int factor = Math.max(1, pixels / Math.max(picture.image.getWidth(), picture.image.getHeight()));
            body.append("<figure><img alt=\"")
                    .append(escape(picture.caption))
                    .append("\" width=\"")
                    .append(picture.image.getWidth() * factor)
                    .append("\" height=\"")
                    .append(picture.image.getHeight() * factor)
                    .append("\" src=\"data:image/png;base64,")
                    .append(Base64.getEncoder().encodeToString(png(picture.image)))
                    .append("\"><figcaption>")
                    .append(escape(picture.caption))
                    .append("</figcaption></figure>\n");
        }
        body.append("</div>\n");
        return this;
    }

    /** Horizontal bars on one linear scale from zero. */
    public HtmlPage bars(String unit, List<Bar> bars) {
        double top = bars.stream().mapToDouble(Bar::value).max().orElse(1);
        int rowHeight = 24;
        body.append(String.format(
                Locale.ROOT,
                "<svg role=\"img\" width=\"100%%\" viewBox=\"0 0 800 %d\">%n",
                Math.max(1, bars.size()) * rowHeight));
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double width = top > 0 ? Math.max(1, bar.value / top * 380) : 1;
            body.append(String.format(
                    Locale.ROOT,
                    "<text x=\"270\" y=\"%d\" text-anchor=\"end\">%s</text>"
                            + "<rect x=\"280\" y=\"%d\" width=\"%.1f\" height=\"16\" rx=\"2\" fill=\"var(--%s)\"/>"
                            + "<text x=\"%.1f\" y=\"%d\">%s %s</text>%n",
                    i * rowHeight + 16,
                    escape(bar.name),
                    i * rowHeight + 4,
                    width,
                    bar.ours ? "bar" : "bar2",
                    288 + width,
                    i * rowHeight + 16,
                    figure(bar.value),
                    escape(unit)));
        }
        body.append("</svg>\n");
        return this;
    }

    /** Writes the page in one step: readers see the old page or the new one. */
    public void write(Path file) throws IOException {
        String page = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>"
                + escape(title) + "</title>\n<style>\n" + STYLE + "</style></head><body>\n" + body + "</body></html>\n";
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null) {
            throw new IllegalArgumentException(file + " is not a file");
        }
        Path partial = Files.createTempFile(folder, "page", ".part");
        try {
            Files.writeString(partial, page, StandardCharsets.UTF_8);
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /** A picture with the line under it. */
    public record Picture(BufferedImage image, String caption) {}

    /**
     * One bar.
     *
     * @param ours whether it is drawn as a figure of this project, or as one it is compared with
     */
    public record Bar(String name, double value, boolean ours) {}

    /** A figure with three significant digits. */
    public static String figure(double value) {
        if (value == 0 || !Double.isFinite(value)) {
            return Double.toString(value);
        }
        double size = Math.abs(value);
        int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.01 ? 4 : 6;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    private static boolean isNumeric(String cell) {
        return !cell.isEmpty() && (Character.isDigit(cell.charAt(0)) || cell.charAt(0) == '-');
    }

    private static byte[] png(BufferedImage image) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
        return out.toString();
    }
}
