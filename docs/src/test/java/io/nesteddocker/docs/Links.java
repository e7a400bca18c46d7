package io.nesteddocker.docs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds and checks the links of a Markdown page to files of the project. */
final class Links {

    private static final Pattern LINK = Pattern.compile(
            "]\\(\\s*<?([^)\\s>]+)>?[^)]*\\)" // [text](target "title"), and pictures
                    + "|^\\s*\\[[^]]+]:\\s*(\\S+)" // [name]: target
                    + "|(?:href|src)=\"([^\"]+)\"");

    private static final Pattern ELSEWHERE = Pattern.compile("[a-z][a-z0-9+.-]*:.*");

    private Links() {}

    /** Returns the targets of the links in a page, in order, without addresses outside of the project. */
    static List<String> in(List<String> page) {
        return prose(page).stream()
                .flatMap(line -> LINK.matcher(line.replaceAll("`[^`]*`", "")).results())
                .map(link -> Stream.of(link.group(1), link.group(2), link.group(3))
                        .filter(target -> target != null)
                        .findFirst()
                        .orElseThrow())
                .filter(target -> !ELSEWHERE.matcher(target).matches())
                .toList();
    }

    /** Returns what is wrong with a link, or an empty text. */
    static String problem(Path page, String target) {
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        if (!file.startsWith(Pages.ROOT) || !Files.exists(file)) {
            return "there is no " + Pages.ROOT.relativize(file);
        }
        if (parts.length == 2
                && file.toString().endsWith(".md")
                && !anchors(Pages.lines(file)).contains(parts[1])) {
            return Pages.ROOT.relativize(file) + " has no heading #" + parts[1];
        }
        return "";
    }

    /** Returns the anchors of a page's headings, made in the same way as on GitHub. */
    static List<String> anchors(List<String> page) {
        Map<String, Integer> seen = new HashMap<>();
        List<String> anchors = new ArrayList<>();
        for (String line : prose(page)) {
            Matcher heading = Pattern.compile("#{1,6}\\s+(.*?)\\s*#*").matcher(line);
            if (heading.matches()) {
                String anchor = heading.group(1)
                        .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}_\\- ]", "")
                        .replace(' ', '-');
                int earlier = seen.merge(anchor, 1, Integer::sum) - 1;
                anchors.add(earlier == 0 ? anchor : anchor + "-" + earlier);
            }
        }
        return anchors;
    }

    private static List<String> prose(List<String> page) {
        List<String> prose = new ArrayList<>();
        boolean inBlock = false;
        for (String line : page) {
            if (line.strip().startsWith("```")) {
                inBlock = !inBlock;
            } else if (!inBlock) {
                prose.add(line);
            }
        }
        return prose;
    }
}
