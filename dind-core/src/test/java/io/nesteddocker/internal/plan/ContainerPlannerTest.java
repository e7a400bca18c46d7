package io.nesteddocker.internal.plan;

import static io.nesteddocker.internal.plan.Plans.FOLDER;
import static io.nesteddocker.internal.plan.Plans.NO_FOLDER;
import static io.nesteddocker.internal.plan.Plans.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.ConnectionMode;
import io.nesteddocker.DataRoot;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.Specs;
import io.nesteddocker.internal.NetworkName;
import io.nesteddocker.internal.OuterFacts.Kind;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.plan.ContainerPlan.ApiBinding;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests how options and facts about the outer engine become a container request. */
class ContainerPlannerTest {

    @Test
    void theCommandIsDockerd() {
        assertThat(plan(NestedDocker.builder()).program().arguments()).startsWith("dockerd");
    }

    @Test
    void withoutOptionsNoPortIsPublishedWhereASocketIsShared() {
        assertThat(plan(NestedDocker.builder(), Facts.local(), FOLDER).apiBinding())
                .isEmpty();
    }

    @Test
    void withoutOptionsNoPortIsPublishedWhereNoSocketCanBeSharedEither() {
        assertThat(plan(NestedDocker.builder(), Facts.local(), NO_FOLDER).apiBinding())
                .isEmpty();
    }

    @Test
    void withoutAPortTheProgramTunnelsWhereNoSocketCanBeShared() {
        assertThat(ContainerPlanner.tunnels(Options.defaults(), false)).isTrue();
    }

    @Test
    void withAPortTheProgramDoesNotTunnel() {
        assertThat(ContainerPlanner.tunnels(Specs.options(NestedDocker.builder().port(0)), false))
                .isFalse();
    }

    @Test
    void theProgramTunnelsBesideASharedSocketWhereItIsToldTo() {
        assertThat(ContainerPlanner.tunnels(
                        Specs.options(NestedDocker.builder().connection(ConnectionMode.TUNNEL)), true))
                .isTrue();
    }

    @Test
    void aPortIsPublishedOnTheLoopbackAddress() {
        assertThat(plan(NestedDocker.builder().port(4444), Facts.local(), NO_FOLDER)
                        .apiBinding())
                .contains(new ApiBinding(2376, "127.0.0.1", 4444, true));
    }

    @Test
    void listeningOnNetworksPublishesNoPort() {
        assertThat(plan(NestedDocker.builder().listenOnNetworks(), Facts.local(), FOLDER)
                        .apiBinding())
                .isEmpty();
    }

    @Test
    void theProgramTunnelsToADaemonThatListensOnNetworks() {
        assertThat(ContainerPlanner.tunnels(Specs.options(NestedDocker.builder().listenOnNetworks()), false))
                .isTrue();
    }

    @Test
    void aContainerHasTheAliasesThatWereGiven() {
        assertThat(plan(NestedDocker.builder().network("team", "docker").listenOnNetworks())
                        .aliases())
                .containsExactly("docker");
    }

    @Test
    void aContainerWhoseNameIsNoHostNameHasOneMoreAlias() {
        assertThat(plan(NestedDocker.builder().network("team", "docker").listenOnNetworks(), "My_Daemon")
                        .aliases())
                .containsExactly("docker", NetworkName.of("My_Daemon"));
    }

    @Test
    void aContainerWhoseApiListensNowhereNeedsNoMoreAliases() {
        assertThat(plan(NestedDocker.builder().network("team", "docker"), "My_Daemon")
                        .aliases())
                .containsExactly("docker");
    }

    @Test
    void anInsecurePortIsPublishedOnTheLoopbackAddress() {
        assertThat(plan(NestedDocker.builder().insecurePort(4444), Facts.local(), NO_FOLDER)
                        .apiBinding())
                .contains(new ApiBinding(2375, "127.0.0.1", 4444, false));
    }

    @Test
    void onARemoteEngineATlsPortIsOpenToAllWhoHaveTheCertificate() {
        assertThat(plan(NestedDocker.builder().port(4444), Facts.remote("build.example"), NO_FOLDER)
                        .apiBinding())
                .contains(new ApiBinding(2376, "0.0.0.0", 4444, true));
    }

    @Test
    void onARemoteEngineTheDefaultIsNoPort() {
        assertThat(plan(NestedDocker.builder(), Facts.remote("build.example"), NO_FOLDER)
                        .apiBinding())
                .isEmpty();
    }

    @Test
    void aLeasedContainerEndsWithItsInput() {
        assertThat(plan(NestedDocker.builder()).program().environment()).contains("DIND_LEASE=stdin");
    }

    @Test
    void aKeptContainerHasNoLease() {
        assertThat(plan(NestedDocker.builder().name("kept").keepRunning())
                        .program()
                        .environment())
                .doesNotContain("DIND_LEASE=stdin");
    }

    @Test
    void aKeptContainerIsNotLeased() {
        assertThat(plan(NestedDocker.builder().name("kept").keepRunning()).leased())
                .isFalse();
    }

    @Test
    void ownVariablesComeBeforeTheLibrarys() {
        assertThat(plan(NestedDocker.builder().environment("HTTPS_PROXY", "http://proxy.example:3128"))
                        .program()
                        .environment())
                .containsSubsequence(
                        "HTTPS_PROXY=http://proxy.example:3128", "DIND_STOP_TIMEOUT=2", "DIND_LEASE=stdin");
    }

    @Test
    void variablesOfTheStartScriptThatAnImageDeclaresAreUndone() {
        assertThat(plan(NestedDocker.builder()).program().environment())
                .contains("PORT=", "LOG=", "DOCKER_DAEMON_ARGS=");
    }

    @Test
    void ownLabelsAreOnTheContainer() {
        assertThat(plan(NestedDocker.builder().label("team", "build")).labels()).containsEntry("team", "build");
    }

    @Test
    void theLibrarysLabelsAreOnTheContainer() {
        assertThat(plan(NestedDocker.builder()).labels()).containsEntry("io.nesteddocker", "daemon");
    }

    @Test
    void ownLabelsAreNotOnTheDataRoot() {
        assertThat(plan(NestedDocker.builder().label("team", "build")).mounts().dataRootLabels())
                .containsOnlyKeys("io.nesteddocker");
    }

    @Test
    void aPrivilegedContainerLeavesAUserNamespace() {
        assertThat(plan(NestedDocker.builder().privileged(), Facts.local().withRemappedUsers(), FOLDER)
                        .rights()
                        .remapsUsers())
                .isTrue();
    }

    @Test
    void anEngineThatKnowsPrivateCgroupsIsAskedForThem() {
        assertThat(plan(NestedDocker.builder(), Facts.local().speaking("1.41"), FOLDER)
                        .rights()
                        .privateCgroups())
                .isTrue();
    }

    @Test
    void anEngineThatDoesNotKnowPrivateCgroupsIsNotAskedForThem() {
        assertThat(plan(NestedDocker.builder(), Facts.local().speaking("1.40"), FOLDER)
                        .rights()
                        .privateCgroups())
                .isFalse();
    }

    @Test
    void podmanIsAskedForTheCapabilitiesThatOnlyDockerGivesToAnyContainer() {
        Set<String> more = new HashSet<>(LeastPrivilege.capabilities(Kind.PODMAN));
        more.removeAll(LeastPrivilege.capabilities(Kind.DOCKER));
        assertThat(more).containsExactlyInAnyOrder("AUDIT_WRITE", "MKNOD", "NET_RAW");
    }

    @Test
    void podmanWithoutRootIsAskedForNoDeviceRules() {
        assertThat(LeastPrivilege.deviceRules(Kind.ROOTLESS_PODMAN)).isEmpty();
    }

    @Test
    void thePlanKnowsWhichEngineGrantsTheRights() {
        assertThat(plan(NestedDocker.builder(), Facts.local().of(Kind.PODMAN), FOLDER)
                        .rights()
                        .grantedBy())
                .isEqualTo(Kind.PODMAN);
    }

    @Test
    void theDataRootIsWhatWasAskedFor() {
        assertThat(plan(NestedDocker.builder().dataRoot(DataRoot.volume("data")))
                        .options()
                        .storage()
                        .dataRoot())
                .isEqualTo(DataRoot.volume("data"));
    }

    @Test
    void theArchiveIsReadFromTheInputOfALeasedContainer() {
        assertThat(plan(NestedDocker.builder()).program().entrypoint())
                .containsExactly(
                        "/bin/sh",
                        "-c",
                        "head -c 1024 | tar -xf - -C / && exec /bin/sh /nested-docker/dind-init.sh \"$@\"",
                        "dind-init");
    }

    @Test
    void theScriptLiesReadyInAKeptContainer() {
        assertThat(plan(NestedDocker.builder().name("kept").keepRunning())
                        .program()
                        .entrypoint())
                .containsExactly("/bin/sh", "/nested-docker/dind-init.sh");
    }
}
