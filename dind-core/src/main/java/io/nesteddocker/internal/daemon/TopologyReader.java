package io.nesteddocker.internal.daemon;

import com.github.dockerjava.api.model.Container;
import io.nesteddocker.EngineInfo;
import io.nesteddocker.Topology;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Lists a daemon's containers and the daemons in it. */
final class TopologyReader {

    private TopologyReader() {}

    /** Returns the daemon, its containers, and the daemons in it. */
    static Topology of(Daemon daemon) {
        EngineInfo engine = daemon.engine();
        Map<String, Daemon> children = daemon.children().stream()
                .collect(Collectors.toMap(Daemon::containerId, Function.identity(), (one, same) -> one));
        List<Topology.Container> containers = new ArrayList<>();
        List<Topology> daemons = new ArrayList<>();
        for (Container container :
                daemon.inner().client().listContainersCmd().withShowAll(true).exec()) {
            Daemon child = children.get(container.getId());
            if (child == null) {
                containers.add(new Topology.Container(
                        container.getNames()[0].replaceFirst("^/", ""),
                        Objects.requireNonNullElse(container.getImage(), ""),
                        Objects.requireNonNullElse(container.getState(), "")));
            } else {
                daemons.add(child.topology());
            }
        }
        containers.sort(Comparator.comparing(Topology.Container::name));
        daemons.sort(Comparator.comparing(Topology::name));
        return new Topology(
                daemon.name(),
                daemon.image(),
                engine.depth(),
                engine.version(),
                engine.connection(),
                containers,
                daemons);
    }
}
