package io.nesteddocker.internal.inner;

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

/** Looks at a daemon and at what is in it. */
public final class Tree {

    private Tree() {}

    /** The daemon, its containers, and the daemons in it as they describe themselves. */
    public static Topology of(String name, String image, EngineInfo engine, InnerEngine inner) {
        Map<String, Child> children =
                inner.children().stream().collect(Collectors.toMap(Child::containerId, Function.identity()));
        List<Topology.Container> containers = new ArrayList<>();
        List<Topology> daemons = new ArrayList<>();
        for (Container container :
                inner.client().listContainersCmd().withShowAll(true).exec()) {
            Child child = children.get(container.getId());
            if (child == null) {
                containers.add(new Topology.Container(
                        container.getNames()[0].replaceFirst("^/", ""),
                        Objects.requireNonNullElse(container.getImage(), ""),
                        Objects.requireNonNullElse(container.getState(), "")));
            } else {
                daemons.add(child.topology().get());
            }
        }
        containers.sort(Comparator.comparing(Topology.Container::name));
        daemons.sort(Comparator.comparing(Topology::name));
        return new Topology(name, image, engine.depth(), engine.version(), engine.link(), containers, daemons);
    }
}
