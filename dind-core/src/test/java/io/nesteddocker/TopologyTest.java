package io.nesteddocker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TopologyTest {

    private static final Topology INNERMOST = new Topology(
            "c", "dind:1", 2, "26.1", ConnectionMode.TUNNEL, List.of(container("web", "running")), List.of());

    private static final Topology TREE = new Topology(
            "a",
            "dind:1",
            1,
            "26.1",
            ConnectionMode.DIRECT,
            List.of(container("db", "exited")),
            List.of(INNERMOST, new Topology("d", "dind:1", 2, "26.1", ConnectionMode.DIRECT, List.of(), List.of())));

    @Test
    void theTreeIsDrawnInLines() {
        assertThat(TREE.text()).isEqualTo("""
                a (dind:1, engine 26.1, depth 1, direct)
                |-- db (tiny:1, exited)
                |-- c (dind:1, engine 26.1, depth 2, tunnel)
                |   `-- web (tiny:1, running)
                `-- d (dind:1, engine 26.1, depth 2, direct)
                """);
    }

    @Test
    void eachDaemonIsABoxInMermaid() {
        assertThat(TREE.mermaid()).isEqualTo("""
                flowchart TB
                  subgraph d["a (depth 1)"]
                    de["engine 26.1"]
                    dc0["db<br/>tiny:1<br/>exited"]
                    subgraph d_0["c (depth 2)"]
                      d_0e["engine 26.1"]
                      d_0c0["web<br/>tiny:1<br/>running"]
                    end
                    subgraph d_1["d (depth 2)"]
                      d_1e["engine 26.1"]
                    end
                  end
                """);
    }

    @Test
    void aLabelCanNotEndItself() {
        Topology odd = new Topology("a\"]<b>", "i", 1, "v", ConnectionMode.DIRECT, List.of(), List.of());
        assertThat(odd.mermaid()).contains("d[\"a#quot;]#lt;b#gt; (depth 1)\"]");
    }

    private static Topology.Container container(String name, String state) {
        return new Topology.Container(name, "tiny:1", state);
    }
}
