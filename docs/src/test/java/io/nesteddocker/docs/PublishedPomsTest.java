package io.nesteddocker.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that the modules can be published.
 *
 * <p>{@code ./dev release --dry-run} checks the rest of what <a href="https://central.sonatype.org/publish/requirements/">Maven Central
 * requires</a>, on the files themselves.
 */
class PublishedPomsTest {

    private static final String BOM = "nested-docker-bom";

    private static final Pom PARENT = Pom.of("");

    /** The elements that each module must define: modules do not inherit the name, and their descriptions should differ. */
    private static final List<String> OWN = List.of("name", "description");

    private static final List<String> OWN_OR_INHERITED = List.of(
            "groupId",
            "version",
            "url",
            "licenses/license/name",
            "licenses/license/url",
            "developers/developer/name",
            "developers/developer/organization",
            "developers/developer/organizationUrl",
            "scm/connection",
            "scm/developerConnection",
            "scm/url");

    @Test
    void everyPublishedPomHasWhatMavenCentralRequires() {
        SoftAssertions softly = new SoftAssertions();
        for (String module : Stream.concat(Stream.of("", BOM), jars().stream()).toList()) {
            Pom pom = Pom.of(module);
            boolean inherits = !pom.values("parent").isEmpty();
            OWN.forEach(path -> softly.assertThat(pom.value(path))
                    .as("%s/pom.xml, %s", module, path)
                    .isNotEmpty());
            OWN_OR_INHERITED.forEach(path -> softly.assertThat(pom.value(path) + (inherits ? PARENT.value(path) : ""))
                    .as("%s/pom.xml or its parent, %s", module, path)
                    .isNotEmpty());
        }
        softly.assertAll();
    }

    @Test
    void theBomListsEachPublishedJar() {
        assertThat(Pom.of(BOM).values("dependencyManagement/dependencies/dependency/artifactId"))
                .containsExactlyInAnyOrderElementsOf(jars());
    }

    @Test
    void theBomHasTheVersionOfTheOtherModules() {
        assertThat(Pom.of(BOM).value("version")).isEqualTo(PARENT.value("version"));
    }

    @Test
    void theBomNamesTheSameAddressesAsTheParent() {
        assertThat(List.of("url", "scm/connection", "scm/developerConnection", "scm/url", "developers", "licenses"))
                .allSatisfy(path -> assertThat(Pom.of(BOM).value(path)).isEqualTo(PARENT.value(path)));
    }

    @Test
    void theReleaseScriptKnowsEachPublishedJar() {
        assertThat(Pages.lines(Pages.ROOT.resolve("scripts/release.sh")))
                .contains("PUBLISHED_JARS=(" + String.join(" ", jars()) + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {BOM, "scripts/consumer"})
    void aPomWithoutAParentNamesTheSamePlugins(String module) {
        Pom pom = Pom.of(module);
        List<String> plugins = pom.values("build/pluginManagement/plugins/plugin/artifactId");

        assertThat(plugins).isNotEmpty().allSatisfy(plugin -> {
            String path = "build/pluginManagement/plugins/plugin[artifactId='" + plugin + "']/version";
            assertThat(pom.value(path)).isEqualTo(PARENT.resolved(PARENT.value(path)));
        });
    }

    /** Returns the modules that are published as jars, in the order of the parent. */
    private static List<String> jars() {
        return PARENT.values("modules/module").stream()
                .filter(module -> !Pom.of(module).value("packaging").equals("pom"))
                .filter(module ->
                        !Pom.of(module).value("properties/maven.deploy.skip").equals("true"))
                .toList();
    }
}
