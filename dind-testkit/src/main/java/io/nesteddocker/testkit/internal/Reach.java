package io.nesteddocker.testkit.internal;

import io.nesteddocker.testkit.DaemonName;
import io.nesteddocker.testkit.EngineMatrix;
import io.nesteddocker.testkit.WithNestedDocker;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.platform.commons.support.AnnotationSupport;

/** The daemons that a test or a class can use. If several have the same name, only the nearest is included. */
final class Reach {

    private static final String REGISTERED = "daemons that fields and matrices registered";

    private final Map<String, DeclaredDaemon> byName = new LinkedHashMap<>();

    private Reach() {}

    /** Collects the daemons that are in reach of a context. */
    static Reach of(ExtensionContext context) {
        Reach reach = new Reach();
        Set<AnnotatedElement> seen = new HashSet<>();
        for (ExtensionContext level : fromTheRoot(context)) {
            AnnotatedElement element = level.getElement().orElse(null);
            // If a class has several invocations, the daemon belongs to the context around all of them.
            if (element instanceof Class<?> && seen.add(element)) {
                reach.annotated(element, level, context);
            }
        }
        context.getElement()
                .filter(element -> element instanceof Method)
                .ifPresent(method -> reach.annotated(method, context, context));
        context.getTestMethod()
                .filter(method -> AnnotationSupport.isAnnotated(method, EngineMatrix.class))
                .ifPresent(method -> reach.byName.remove(""));
        registered(context).forEach(reach::add);
        return reach;
    }

    /** Adds a daemon to those in reach of a context and of the contexts inside it. */
    static void register(DeclaredDaemon daemon, ExtensionContext context) {
        List<DeclaredDaemon> registered = new ArrayList<>(registered(context));
        registered.add(daemon);
        Stores.of(context).put(REGISTERED, List.copyOf(registered));
    }

    /** Returns the annotation without a name that applies to a context: the nearest, if there are several. */
    static Optional<WithNestedDocker> unnamedAnnotation(ExtensionContext context) {
        return fromTheRoot(context).stream()
                .flatMap(level -> level.getElement().stream())
                .flatMap(element -> Declarations.on(element).stream())
                .filter(said -> said.name().isEmpty())
                .reduce((farther, nearer) -> nearer);
    }

    Collection<DeclaredDaemon> all() {
        return byName.values();
    }

    /** Returns whether the extension of that owner must handle a parameter, even if it can only throw an exception. */
    boolean isAnsweredBy(Object owner, ParameterContext parameter) {
        Optional<DeclaredDaemon> meant = find(parameter);
        if (meant.isPresent()) {
            return meant.get().owner().equals(owner);
        }
        return byName.isEmpty()
                ? owner.equals(AnnotatedDaemons.class)
                : byName.values().iterator().next().owner().equals(owner);
    }

    /** Returns the daemon that a parameter selects. */
    DeclaredDaemon choose(ParameterContext parameter) {
        String tried = "Tried to resolve the parameter " + Parameters.describe(parameter) + " of "
                + Descriptions.of(parameter.getDeclaringExecutable()) + " but ";
        DeclaredDaemon meant = find(parameter).orElseThrow(() -> {
            if (byName.isEmpty()) {
                return new ParameterResolutionException(
                        tried + "no daemon is declared for it; write @WithNestedDocker on its class or method.");
            }
            String cure = "; the daemons declared there are " + Descriptions.list(byName.keySet())
                    + ", so name one of them with @DaemonName";
            return new ParameterResolutionException(qualifier(parameter)
                    .map(name -> tried + "no daemon there has the name \"" + name + "\"" + cure
                            + ", or declare another with @WithNestedDocker(name = \"" + name + "\").")
                    .orElseGet(() -> tried + "it does not name one of several daemons" + cure + "."));
        });
        if (meant.isForTestsOnly()) {
            throw new ParameterResolutionException(tried + "each test of " + meant.place()
                    + " has a daemon to itself; ask for it in @BeforeEach or the test, or set isolation = NONE.");
        }
        return meant;
    }

    private Optional<DeclaredDaemon> find(ParameterContext parameter) {
        Optional<String> name = qualifier(parameter);
        if (name.isPresent()) {
            return Optional.ofNullable(byName.get(name.get()));
        }
        return byName.size() == 1
                ? Optional.of(byName.values().iterator().next())
                : Optional.ofNullable(byName.get(""));
    }

    private static Optional<String> qualifier(ParameterContext parameter) {
        return parameter.findAnnotation(DaemonName.class).map(DaemonName::value);
    }

    private void annotated(AnnotatedElement element, ExtensionContext level, ExtensionContext context) {
        Declarations.on(element).forEach(said -> add(new AnnotatedDaemon(said, element, level, context)));
    }

    /** Adds a daemon in place of a daemon with the same name. The nearest comes last; errors list the names in the order of discovery. */
    private void add(DeclaredDaemon daemon) {
        byName.put(daemon.name(), daemon);
    }

    @SuppressWarnings("unchecked")
    private static List<DeclaredDaemon> registered(ExtensionContext context) {
        List<DeclaredDaemon> registered = Stores.of(context).get(REGISTERED, List.class);
        return registered == null ? List.of() : registered;
    }

    private static Deque<ExtensionContext> fromTheRoot(ExtensionContext context) {
        Deque<ExtensionContext> levels = new ArrayDeque<>();
        for (Optional<ExtensionContext> level = Optional.of(context);
                level.isPresent();
                level = level.get().getParent()) {
            levels.addFirst(level.get());
        }
        return levels;
    }
}
