package io.nesteddocker;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A snapshot of a daemon, the containers in it, and the daemons in some of those containers.
 *
 * <p>Immutable and thread-safe.
 *
 * @param name the daemon container's name
 * @param image the image that the daemon container was created from
 * @param depth 1 for a daemon on the program's own engine, 2 for a daemon inside that one, and so on
 * @param version the inner engine's version
 * @param connection how the program reaches the inner API, as in {@link EngineInfo#connection()}
 * @param containers the inner containers, running or not, except those that hold a daemon of this program
 * @param daemons the daemons inside this one that this program started
 */
public record Topology(
        String name,
        String image,
        int depth,
        String version,
        ConnectionMode connection,
        List<Container> containers,
        List<Topology> daemons) {

    /**
     * Creates a snapshot with copies of the lists.
     *
     * @param name the daemon container's name
     * @param image the daemon container's image
     * @param depth the daemon's depth
     * @param version the inner engine's version
     * @param connection how the program reaches the inner API
     * @param containers the inner containers
     * @param daemons the daemons inside
     */
    public Topology {
        containers = List.copyOf(containers);
        daemons = List.copyOf(daemons);
    }

    /**
     * An inner container.
     *
     * @param name the container's name
     * @param image the image that the container was created from
     * @param state {@code running}, {@code exited} and so on
     */
    public record Container(String name, String image, String state) {}

    /**
     * Returns the tree as lines of text.
     *
     * @return lines, each with a line feed at its end
     */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(description()).append('\n');
        branches(text, "");
        return text.toString();
    }

    private String description() {
        return name + " (" + image + ", engine " + version + ", depth " + depth + ", "
                + connection.name().toLowerCase(Locale.ROOT) + ")";
    }

    private void branches(StringBuilder text, String indent) {
        List<Object> all = new ArrayList<>(containers);
        all.addAll(daemons);
        for (int i = 0; i < all.size(); i++) {
            boolean last = i == all.size() - 1;
            text.append(indent).append(last ? "`-- " : "|-- ");
            String further = indent + (last ? "    " : "|   ");
            if (all.get(i) instanceof Topology daemon) {
                text.append(daemon.description()).append('\n');
                daemon.branches(text, further);
            } else if (all.get(i) instanceof Container container) {
                text.append(container.name())
                        .append(" (")
                        .append(container.image())
                        .append(", ");
                text.append(container.state()).append(")\n");
            }
        }
    }

    /**
     * Returns the tree as a flowchart in Mermaid's language; each daemon is a box around what is in it.
     *
     * @return the diagram's source
     * @see <a href="https://mermaid.js.org/syntax/flowchart.html">Mermaid: flowcharts</a>
     */
    public String mermaid() {
        StringBuilder diagram = new StringBuilder("flowchart TB\n");
        box(diagram, "d", "  ");
        return diagram.toString();
    }

    private void box(StringBuilder diagram, String id, String indent) {
        diagram.append(indent).append("subgraph ").append(id);
        diagram.append("[\"")
                .append(quoted(name))
                .append(" (depth ")
                .append(depth)
                .append(")\"]\n");
        String deeper = indent + "  ";
        diagram.append(deeper)
                .append(id)
                .append("e[\"engine ")
                .append(quoted(version))
                .append("\"]\n");
        for (int i = 0; i < containers.size(); i++) {
            Container container = containers.get(i);
            diagram.append(deeper).append(id).append('c').append(i);
            diagram.append("[\"")
                    .append(quoted(container.name()))
                    .append("<br/>")
                    .append(quoted(container.image()));
            diagram.append("<br/>").append(quoted(container.state())).append("\"]\n");
        }
        for (int i = 0; i < daemons.size(); i++) {
            daemons.get(i).box(diagram, id + "_" + i, deeper);
        }
        diagram.append(indent).append("end\n");
    }

    /** Escapes a label for Mermaid, which ends a label at a double quote, and reads text in angle brackets as HTML. */
    private static String quoted(String label) {
        return label.replace("\"", "#quot;").replace("<", "#lt;").replace(">", "#gt;");
    }
}
