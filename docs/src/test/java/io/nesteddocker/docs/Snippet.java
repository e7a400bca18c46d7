package io.nesteddocker.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Java or Kotlin block of a Markdown page, unless it is a build file of Gradle.
 *
 * @param line the number of the line with the opening fence, from one
 * @param source {@code File#region} from the comment before the block, or an empty text without such a comment
 * @param code the lines without their common indentation
 */
record Snippet(int line, String source, List<String> code) {

    private static final Pattern FENCE = Pattern.compile("\\s*(`{3,}|~{3,})\\s*(\\S*).*");

    private static final Pattern COMMENT = Pattern.compile("\\s*<!--\\s*snippet:\\s*(\\S+#\\S+)\\s*-->\\s*");

    /** Returns the blocks of a page, in order. */
    static List<Snippet> in(List<String> page) {
        List<Snippet> snippets = new ArrayList<>();
        String source = "";
        for (int i = 0; i < page.size(); i++) {
            Matcher comment = COMMENT.matcher(page.get(i));
            Matcher fence = FENCE.matcher(page.get(i));
            if (comment.matches()) {
                source = comment.group(1);
            } else if (fence.matches()) {
                int end = closing(page, i, fence.group(1));
                if (isCode(fence.group(2), page.subList(i + 1, end))) {
                    snippets.add(new Snippet(i + 1, source, Region.tidy(page.subList(i + 1, end))));
                }
                source = "";
                i = end;
            } else if (!page.get(i).isBlank()) {
                source = "";
            }
        }
        return snippets;
    }

    /** Returns whether a block is code, but not a Gradle build file in Kotlin, which {@link DependenciesTest} checks. */
    private static boolean isCode(String language, List<String> lines) {
        return switch (language.toLowerCase(Locale.ROOT)) {
            case "java" -> true;
            case "kotlin" -> !lines.contains("dependencies {");
            default -> false;
        };
    }

    private static int closing(List<String> page, int opening, String fence) {
        for (int i = opening + 1; i < page.size(); i++) {
            String line = page.get(i).strip();
            if (line.startsWith(fence) && line.chars().allMatch(c -> c == fence.charAt(0))) {
                return i;
            }
        }
        throw new IllegalArgumentException("the block that opens in line " + (opening + 1) + " is never closed");
    }
}
