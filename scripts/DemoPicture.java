import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Turns a recording of a terminal into an animated SVG, which shows each line at the time at which it was printed.
 *
 * <p>The recording consists of the two files that {@code script --log-out FILE --log-timing FILE} of util-linux writes. The picture has no
 * script, font or link, so that a page can show it as an image. Without animations, it shows the last frame.
 */
public final class DemoPicture {

    private static final int COLUMN = 9;
    private static final int ROW = 22;
    private static final int MARGIN = 20;
    private static final int TITLE_BAR = 36;
    private static final int COLUMNS = 88;

    /** The time for which the last frame is shown before the animation begins again. */
    private static final double REST_SECONDS = 6;

    private static final int ROUNDS = 3;

    /** A line of the terminal, and the time at which its first character was printed. */
    private record Line(double second, String text) {}

    private DemoPicture() {}

    /** Runs the program. Arguments: the command, the file with the output, the file with the times, and the SVG file to write. */
    public static void main(String[] args) throws IOException {
        if (args.length != 4) {
            System.err.println("Usage: DemoPicture.java COMMAND OUTPUT TIMES SVG");
            System.exit(2);
        }
        List<Line> lines = new ArrayList<>();
        lines.add(new Line(0, "$ " + args[0]));
        lines.addAll(lines(Files.readAllBytes(Path.of(args[1])), Files.readAllLines(Path.of(args[2]))));
        Files.writeString(Path.of(args[3]), svg(args[0], lines));
    }

    /** Splits the output into lines. Each line of the times has a delay in seconds, and the number of bytes printed after it. */
    private static List<Line> lines(byte[] output, List<String> times) {
        List<Line> lines = new ArrayList<>();
        StringBuilder bytes = new StringBuilder();
        double now = 0;
        double begun = 0;
        // The program script itself writes the first line of the file, for which there is no time.
        int position = new String(output, StandardCharsets.ISO_8859_1).indexOf('\n') + 1;
        for (String time : times) {
            String[] parts = time.trim().split(" ");
            now += Double.parseDouble(parts[0]);
            int end = Math.min(output.length, position + Integer.parseInt(parts[1]));
            for (; position < end; position++) {
                if (output[position] == '\n') {
                    lines.add(new Line(begun, shown(bytes)));
                    bytes.setLength(0);
                } else {
                    begun = bytes.length() == 0 ? now : begun;
                    bytes.append((char) (output[position] & 0xff));
                }
            }
        }
        if (bytes.length() > 0) {
            lines.add(new Line(begun, shown(bytes)));
        }
        return lines;
    }

    /** Returns a line as a terminal shows it: without colours, and only the text after the last carriage return. */
    private static String shown(CharSequence bytes) {
        String text = new String(bytes.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                .replaceAll("\u001b\\[[0-9;?]*[A-Za-z]", "")
                .replaceAll("\r+$", "");
        String last = text.substring(text.lastIndexOf('\r') + 1).replaceAll("\\p{Cntrl}", "");
        return last.length() <= COLUMNS ? last : last.substring(0, COLUMNS - 1) + "…";
    }

    private static String svg(String command, List<Line> lines) {
        double length = lines.get(lines.size() - 1).second() + REST_SECONDS;
        int width = COLUMNS * COLUMN + 2 * MARGIN;
        int height = TITLE_BAR + lines.size() * ROW + MARGIN;
        StringBuilder svg = new StringBuilder();
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                .formatted(width, height, width, height));
        svg.append(" role=\"img\" aria-labelledby=\"title desc\">\n");
        svg.append("<title id=\"title\">A terminal that runs ").append(escaped(command)).append("</title>\n");
        svg.append("<desc id=\"desc\">").append(escaped(text(lines))).append("</desc>\n");
        svg.append(style(lines, length));
        svg.append("<rect class=\"window\" x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"8\"/>\n"
                .formatted(width - 1, height - 1));
        String[] buttons = {"#ff5f57", "#febc2e", "#28c840"};
        for (int i = 0; i < buttons.length; i++) {
            svg.append("<circle cx=\"%d\" cy=\"18\" r=\"6\" fill=\"%s\"/>\n".formatted(MARGIN + 4 + i * 20, buttons[i]));
        }
        for (int i = 0; i < lines.size(); i++) {
            int y = TITLE_BAR + (i + 1) * ROW - 5;
            svg.append("<text class=\"l%d%s\" x=\"%d\" y=\"%d\" xml:space=\"preserve\">%s</text>\n"
                    .formatted(i, kind(lines.get(i).text()), MARGIN, y, escaped(lines.get(i).text())));
        }
        return svg.append("</svg>\n").toString();
    }

    /** Each line has an animation as long as the picture, so that all of them begin again at the same time. */
    private static String style(List<Line> lines, double length) {
        StringBuilder style = new StringBuilder("<style>\n");
        style.append(".window{fill:#161b22;stroke:#444c56}\n");
        style.append("text{font:15px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;"
                + "fill:#e6edf3;white-space:pre}\n");
        style.append(".step{fill:#9198a1}\n.prompt{fill:#7ee787}\n");
        style.append("@media (prefers-reduced-motion:no-preference){\n");
        for (int i = 1; i < lines.size(); i++) {
            double percent = 100 * lines.get(i).second() / length;
            style.append(String.format(
                    Locale.ROOT,
                    "@keyframes k%d{0%%,%.2f%%{opacity:0}%.2f%%,100%%{opacity:1}}%n",
                    i,
                    percent,
                    percent + 0.01));
            style.append(String.format(
                    Locale.ROOT, ".l%d{animation:k%d %.2fs linear %d both}%n", i, i, length, ROUNDS));
        }
        return style.append("}\n</style>\n").toString();
    }

    private static String kind(String text) {
        if (text.startsWith("$ ")) {
            return " prompt";
        }
        return text.startsWith("==>") || text.startsWith("    ") ? " step" : "";
    }

    private static String text(List<Line> lines) {
        StringBuilder text = new StringBuilder("The command prints:");
        lines.stream().skip(1).forEach(line -> text.append('\n').append(line.text()));
        return text.toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
