package io.nesteddocker.internal.options;

import io.nesteddocker.Endpoint.PortMapping;
import io.nesteddocker.Endpoint.PublishedPort;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The options for the ports that inner containers publish.
 *
 * @param mapping the choice of the ports of this machine that lead to them
 * @param listener receives each port that was published on this machine or could not be published
 */
public record PortPublishing(PortMapping mapping, Optional<Consumer<PublishedPort>> listener) {

    static final PortPublishing NONE = new PortPublishing(PortMapping.NONE, Optional.empty());

    /** Returns whether ports are published. */
    public boolean isOn() {
        return mapping != PortMapping.NONE;
    }
}
