package io.nesteddocker.start;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.BuildImageResultCallback;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.DebianImage;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TarBall;
import io.nesteddocker.testing.UnusualImages;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the packet filter rules of dockerd, which our helper adds while dockerd starts. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class FirewallIT {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String JOURNALS = "ls /nested-docker/firewall | grep journal";

    @ParameterizedTest
    @ValueSource(strings = {DebianImage.NAME, InnerStore.OFFICIAL_IMAGE})
    void theRulesAreThoseThatDockerdPutsInItself(String image) {
        assertThat(rulesWith(image)).isEqualTo(rulesOfDockerdItself(image)).contains("-A POSTROUTING", "DOCKER-USER");
    }

    @Test
    void theRulesAreTheSameIfTheyCannotComeInManyAtOnce() {
        String image = derived(
                InnerStore.OFFICIAL_IMAGE,
                "one-by-one",
                "printf '#!/bin/sh\\necho no >&2\\nexit 1\\n' >/usr/local/sbin/iptables-restore"
                        + " && chmod 755 /usr/local/sbin/iptables-restore"
                        + " && cp /usr/local/sbin/iptables-restore /usr/local/sbin/ip6tables-restore");
        try {
            assertThat(rulesWith(image)).isEqualTo(rulesOfDockerdItself(InnerStore.OFFICIAL_IMAGE));
        } finally {
            UnusualImages.remove(image);
        }
    }

    /** Without dockerd's log, the start script can't detect that the API is ready, so it does not use the helper. */
    @Test
    void theRulesExistEvenIfDockerdLogsNothing() {
        String expected = rulesOfDockerdItself(InnerStore.OFFICIAL_IMAGE);
        try (NestedDocker docker =
                InnerStore.CONTAINERD.daemon().logLevel("error").start()) {
            assertThat(rules(docker)).isEqualTo(expected);
        }
    }

    @Test
    void aRuleThatSomebodyTakesAwayComesBackWithTheNextDockerd() {
        try (NestedDocker docker = InnerStore.CONTAINERD.daemon().start()) {
            String before = rules(docker);
            docker.exec("iptables", "-F", "DOCKER-BRIDGE");
            assertThat(rules(docker)).isNotEqualTo(before);

            docker.restart();

            assertThat(rules(docker)).isEqualTo(before);
        }
    }

    @Test
    void aRestartOfTheDaemonContainerAddsTheRulesToItsNewNetwork() {
        String name = "nested-docker-test-firewall-" + OuterTestEngine.thisJvm();
        try (NestedDocker docker = InnerStore.CONTAINERD
                .daemon()
                .name(name)
                .keepRunning()
                .label(OuterTestEngine.MARK, OuterTestEngine.thisJvm())
                .start()) {
            String before = rules(docker);
            OuterTestEngine.client().restartContainerCmd(name).exec();
            assertThat(Eventually.value(PATIENCE, () -> rules(docker), before::equals))
                    .isEqualTo(before);
        } finally {
            OuterTestEngine.removeContainer(name);
        }
    }

    private static String rulesWith(String image) {
        try (NestedDocker docker = NestedDocker.builder().image(image).start()) {
            return rules(docker);
        }
    }

    /** Returns the rules without the helper, which the start script does not use if iptables-restore is missing. */
    private static String rulesOfDockerdItself(String image) {
        String plain = derived(image, "plain", "rm $(command -v iptables-restore)");
        try (NestedDocker docker = NestedDocker.builder().image(plain).start()) {
            assertThat(docker.exec("sh", "-c", "command -v iptables-restore").exitCode())
                    .isNotZero();
            return rules(docker);
        } finally {
            UnusualImages.remove(plain);
        }
    }

    private static String derived(String image, String name, String command) {
        String derived = "nested-docker-test-" + name + ":" + OuterTestEngine.thisJvm();
        OuterTestEngine.client()
                .buildImageCmd(TarBall.of("Dockerfile", "FROM " + image + "\nRUN " + command + "\n"))
                .withTags(Set.of(derived))
                .exec(new BuildImageResultCallback())
                .awaitImageId();
        return derived;
    }

    /**
     * Returns all rules without comments, which have times, and without packet counts. Some rules may follow the first answer. The name
     * "BRIDGE" stands for the bridge's network, which depends on the networks that the outer engine has at the start.
     */
    private static String rules(NestedDocker docker) {
        Eventually.await(
                PATIENCE,
                "no rules are on their way",
                () -> docker.exec("sh", "-c", JOURNALS).exitCode() == 1);
        return docker.exec("sh", "-c", "iptables-save && ip6tables-save")
                .stdout()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceFirst(" \\[\\d+:\\d+]$", "")
                        .replaceFirst("-s [0-9./]+ ! -o docker0", "-s BRIDGE ! -o docker0"))
                .collect(Collectors.joining("\n"));
    }
}
