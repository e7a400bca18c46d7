package io.nesteddocker.testkit.internal;

import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.Registries;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Takes out of a text what must not be read by others: passwords that are known, and what looks like one. Thread-safe. */
final class Secrets {

    private static final String MASK = "***";

    /** Shorter ones would mask half of every text. */
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

    /** Those that a spec has: passwords of registries, and environment variables whose names tell. */
    static Secrets of(NestedDockerSpec spec) {
        Stream<String> passwords = spec.registries().credentials().stream().map(Registries.Credentials::password);
        Stream<String> variables = spec.environment().entrySet().stream()
                .filter(variable ->
                        TELLING_NAME.matcher(variable.getKey() + "=x").matches())
                .map(Map.Entry::getValue);
        return new Secrets(Stream.concat(passwords, variables)
                .filter(secret -> secret.length() >= SHORTEST)
                .distinct()
                .toList());
    }

    /** The text with a mask in each secret's place. */
    String mask(String text) {
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
