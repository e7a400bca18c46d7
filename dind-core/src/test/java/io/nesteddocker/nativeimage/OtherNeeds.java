package io.nesteddocker.nativeimage;

import java.util.List;
import java.util.Map;

/** Entries of the metadata that no rule finds; {@link ReflectionTraceIT} fails if one is missing. */
final class OtherNeeds {

    /** The rest of each entry after the type, by the name of the type. */
    static final Map<String, String> REFLECTION = Map.ofEntries(
            // The library is compiled for Java 17, and uses virtual threads if the JDK has them.
            Map.entry("java.lang.Thread", methods(method("ofVirtual"))),
            Map.entry("java.lang.Thread$Builder", methods(method("factory"))),
            // A signal tells the library that the terminal window was resized. It uses this class by reflection because
            // javac warns about each direct use.
            Map.entry("sun.misc.SignalHandler", ""),
            Map.entry(
                    "sun.misc.Signal",
                    methods(
                            method("<init>", "java.lang.String"),
                            method("handle", "sun.misc.Signal", "sun.misc.SignalHandler"))),
            // docker-java is compiled for Java 8, and uses the JDK's Unix sockets if the JDK has them.
            Map.entry("java.net.UnixDomainSocketAddress", methods(method("of", "java.lang.String"))),
            // Jackson is compiled for Java 8, too.
            Map.entry("java.lang.Class", methods(method("isRecord"))),
            Map.entry("com.fasterxml.jackson.databind.ext.Java7SupportImpl", methods(method("<init>"))),
            // Jackson collects values in these arrays before it knows their number.
            Map.entry("com.fasterxml.jackson.databind.deser.BeanDeserializerModifier[]", ""),
            Map.entry("java.lang.Object[]", ""),
            Map.entry("java.lang.String[]", ""));

    /** Interfaces for which there are proxies that implement no other interface. */
    static final List<String> PROXIES = List.of("sun.misc.SignalHandler");

    static final List<String> RESOURCES = List.of(
            // Settings of docker-java, if the program has such a file.
            "docker-java.properties",
            // docker-java's HTTP client reads its own version, and the list of public suffixes.
            "com/github/dockerjava/zerodep/shaded/org/apache/hc/client5/version.properties",
            "org/publicsuffix/list/effective_tld_names.dat");

    private OtherNeeds() {}

    private static String methods(String... methods) {
        return ", \"methods\": [" + String.join(", ", methods) + "]";
    }

    private static String method(String name, String... parameters) {
        String types = parameters.length == 0 ? "" : "\"" + String.join("\", \"", parameters) + "\"";
        return "{\"name\": \"" + name + "\", \"parameterTypes\": [" + types + "]}";
    }
}
