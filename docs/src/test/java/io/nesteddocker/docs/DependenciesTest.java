package io.nesteddocker.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** Tests that the dependencies in the pages are the same for Maven and for Gradle, and have the versions of this build. */
class DependenciesTest {

    private static final Pattern MAVEN = Pattern.compile("(?s)<dependency>(.*?)</dependency>");

    private static final Pattern GRADLE =
            Pattern.compile("\\b(\\w+)\\((platform\\()?\"([\\w.]+):([\\w-]+)(?::([^\"]+))?\"\\)");

    private static final Pattern KOTLIN_PLUGIN = Pattern.compile("kotlin\\(\"jvm\"\\) version \"([^\"]+)\"");

    /** The configurations of Gradle, by the scope of Maven. */
    private static final Map<String, String> CONFIGURATIONS =
            Map.of("", "implementation", "test", "testImplementation", "import", "platform");

    private static final Pom PARENT = Pom.of("");

    private static final String VERSION = PARENT.value("version");

    @Test
    void mavenAndGradleGetTheSame() {
        SoftAssertions softly = new SoftAssertions();
        for (Path page : Pages.all()) {
            String text = String.join("\n", Pages.lines(page));
            softly.assertThat(ours(gradle(text)))
                    .as("the modules for Gradle in %s, compared with those for Maven", Pages.ROOT.relativize(page))
                    .isEqualTo(ours(maven(text)));
        }
        softly.assertAll();
    }

    @Test
    void everyVersionIsThatOfTheBuild() {
        Map<String, String> versions = versions();
        SoftAssertions softly = new SoftAssertions();
        for (Path page : Pages.all()) {
            String text = String.join("\n", Pages.lines(page));
            Set<String> all = new TreeSet<>(maven(text));
            all.addAll(gradle(text));
            KOTLIN_PLUGIN.matcher(text).results().forEach(found -> all.add("plugin kotlin:jvm:" + found.group(1)));
            for (String dependency : all) {
                String[] parts = dependency.replaceFirst(".* ", "").split(":");
                if (parts.length == 3) {
                    softly.assertThat(parts[2])
                            .as("the version of %s:%s in %s", parts[0], parts[1], Pages.ROOT.relativize(page))
                            .isEqualTo(versions.get(parts[0] + ":" + parts[1]));
                }
            }
        }
        softly.assertAll();
    }

    @Test
    void bothFormsAreRead() {
        assertThat(maven("""
                        <dependency>
                          <groupId>io.nesteddocker</groupId>
                          <artifactId>dind-core</artifactId>
                          <version>1.2.3</version>
                          <scope>test</scope>
                        </dependency>
                        """)).containsExactly("testImplementation io.nesteddocker:dind-core:1.2.3");
        assertThat(gradle("""
                        testImplementation("io.nesteddocker:dind-core:1.2.3")
                        testImplementation(platform("io.nesteddocker:nested-docker-bom:1.2.3"))
                        implementation("io.nesteddocker:dind-core")
                        """))
                .containsExactly(
                        "implementation io.nesteddocker:dind-core",
                        "platform io.nesteddocker:nested-docker-bom:1.2.3",
                        "testImplementation io.nesteddocker:dind-core:1.2.3");
    }

    private static Map<String, String> versions() {
        String junit = PARENT.value("properties/junit.version");
        Map<String, String> versions = new HashMap<>();
        versions.put("org.junit.jupiter:junit-jupiter", junit);
        // The JUnit Platform of JUnit 5.x.y has the version 1.x.y.
        versions.put("org.junit.platform:junit-platform-launcher", junit.replaceFirst("^5", "1"));
        versions.put("junit:junit", PARENT.value("properties/junit4.version"));
        versions.put("kotlin:jvm", PARENT.value("properties/kotlin.version"));
        for (String ours : new String[] {"dind-core", "dind-testkit", "nested-docker-bom"}) {
            versions.put("io.nesteddocker:" + ours, VERSION);
        }
        return versions;
    }

    private static Set<String> ours(Set<String> dependencies) {
        Set<String> ours = new TreeSet<>(dependencies);
        ours.removeIf(dependency -> !dependency.contains(" io.nesteddocker:"));
        return ours;
    }

    private static Set<String> maven(String page) {
        Set<String> dependencies = new TreeSet<>();
        MAVEN.matcher(page).results().map(MatchResult::group).forEach(xml -> {
            String version = element(xml, "version");
            dependencies.add(CONFIGURATIONS.get(element(xml, "scope")) + " " + element(xml, "groupId") + ":"
                    + element(xml, "artifactId") + (version.isEmpty() ? "" : ":" + version));
        });
        return dependencies;
    }

    private static Set<String> gradle(String page) {
        Set<String> dependencies = new TreeSet<>();
        GRADLE.matcher(page).results().forEach(found -> {
            String configuration = found.group(2) == null ? found.group(1) : "platform";
            String version = found.group(5) == null ? "" : ":" + found.group(5);
            dependencies.add(configuration + " " + found.group(3) + ":" + found.group(4) + version);
        });
        return dependencies;
    }

    private static String element(String xml, String name) {
        Matcher matcher =
                Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
        return matcher.find() ? matcher.group(1).strip() : "";
    }
}
