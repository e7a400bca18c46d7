package io.nesteddocker.internal.options;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Masks secrets in a text: known secrets, and parts that look like a secret. Immutable and thread-safe. */
public final class Secrets {

    private static final String MASK = "***";

    /** The minimum length of a known secret; masks for shorter ones would hide too much of a text. */
    private static final int SHORTEST = 4;

    private static final Pattern TELLING_NAME = Pattern.compile(
            "(?i)([\\w.-]{0,40}(?:password|passwd|secret|token|credential|api[_-]?key|private[_-]?key|registry-auth)[\\w.-]{0,40}[\"']?\\s*[=:]\\s*)"
                    + "(\"[^\"]*\"|'[^']*'|[^\\s,;&\"']+)");

    private static final Pattern AUTHORIZATION = Pattern.compile("(?i)\\b(bearer|basic)\\s+[\\w+/=._~-]{8,}");

    private static final Pattern USER_IN_ADDRESS = Pattern.compile("://[^\\s/@:]+:[^\\s/@]+@");

    private static final Pattern PRIVATE_KEY = Pattern.compile(
            "-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\\z)", Pattern.DOTALL);

    private final List<String> known;

    private Secrets(List<String> known) {
        this.known = known;
    }

    /** Returns the secrets of a daemon: passwords of registries, and values of environment variables whose names suggest a secret. */
    public static Secrets of(Options options) {
        return of(options, List.of());
    }

    /** Returns the secrets of a daemon and further ones. */
    public static Secrets of(Options options, List<String> further) {
        Stream<String> passwords =
                options.registries().credentials().values().stream().map(credentials -> credentials.password());
        Stream<String> variables = options.container().environment().entrySet().stream()
                .filter(variable ->
                        TELLING_NAME.matcher(variable.getKey() + "=x").matches())
                .map(variable -> variable.getValue());
        return new Secrets(Stream.concat(further.stream(), Stream.concat(passwords, variables))
                .filter(secret -> secret.length() >= SHORTEST)
                .distinct()
                .toList());
    }

    /** Returns the text with a mask in place of each secret. */
    public String mask(String text) {
        String masked = text;
        for (String secret : known) {
            masked = masked.replace(secret, MASK);
        }
        masked = PRIVATE_KEY.matcher(masked).replaceAll(MASK);
        masked = USER_IN_ADDRESS.matcher(masked).replaceAll("://" + MASK + "@");
        masked = AUTHORIZATION
                .matcher(masked)
                .replaceAll(found -> Matcher.quoteReplacement(found.group(1) + " " + MASK));
        return TELLING_NAME.matcher(masked).replaceAll(found -> Matcher.quoteReplacement(found.group(1) + MASK));
    }
}
