package io.nesteddocker.testkit.internal;

import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.Registries;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Masks secrets in a text: passwords that are known, and text that looks like a secret. Thread-safe. */
final class Secrets {

    private static final String MASK = "***";

    /** The minimum length of a known secret; a mask for shorter ones would hide too much of a text. */
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

    /** Collects the secrets of a spec: passwords of registries, and environment variables whose names suggest a secret. */
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

    /** Returns the text with a mask in place of each secret. */
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
