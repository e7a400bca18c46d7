package io.nesteddocker.testkit.internal;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.testkit.NestedDockerExtension;
import io.nesteddocker.testkit.WhenUnavailable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;

/** The daemon of a {@link NestedDockerExtension}: it runs while at least one class or test uses it. Thread-safe. */
public final class FieldDaemon implements DeclaredDaemon {

    private final Supplier<NestedDockerSpec> spec;
    private final String name;
    private final WhenUnavailable whenUnavailable;
    private @Nullable Daemon daemon;
    private int users;

    /**
     * Declares a daemon.
     *
     * @param spec supplies the options of the daemon
     * @param name the name by which parameters select the daemon
     * @param whenUnavailable whether tests fail or are skipped if the daemon can't be started
     */
    public FieldDaemon(Supplier<NestedDockerSpec> spec, String name, WhenUnavailable whenUnavailable) {
        this.spec = spec;
        this.name = name;
        this.whenUnavailable = whenUnavailable;
    }

    /** Uses the daemon until the context ends. Starts the daemon unless an enclosing context has started it. */
    public void use(ExtensionContext context) {
        SupportedJUnit.require(context);
        Store store = Stores.of(context);
        if (store.get(this) == null) {
            store.put(this, new Use("a field of " + Descriptions.of(context.getRequiredTestClass())));
            Reach.register(this, context);
        }
        FailureReports.begin(context);
        daemon().docker();
    }

    /** Returns the running daemon. */
    public NestedDocker docker() {
        return daemon().docker();
    }

    /** Returns whether the extension of this daemon resolves a parameter. */
    public boolean supports(ParameterContext parameter, ExtensionContext context) {
        return Parameters.support(parameter, context, this);
    }

    /** Returns the value of a parameter. */
    public Object resolve(ParameterContext parameter, ExtensionContext context) {
        return Parameters.resolve(parameter, context);
    }

    /** Writes the failure report of a test and returns the failure. */
    public Throwable reported(ExtensionContext context, Throwable failure) {
        return FailureReports.of(this, context, failure);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Object owner() {
        return this;
    }

    @Override
    public String place() {
        return "a field with @RegisterExtension";
    }

    @Override
    public synchronized Daemon daemon() {
        if (daemon == null) {
            throw new IllegalStateException("Tried to use the daemon of a NestedDockerExtension"
                    + (name.isEmpty() ? "" : " named \"" + name + "\"")
                    + " but no test that uses it is running; put it into a field with @RegisterExtension and ask for it in a test,"
                    + " or make the field static to have it in @BeforeAll.");
        }
        return daemon;
    }

    private synchronized void enter(String place) {
        if (users == 0) {
            daemon = new Daemon(() -> Start.of(spec.get(), whenUnavailable, place));
        }
        users++;
    }

    private void leave() {
        Daemon last = null;
        synchronized (this) {
            users--;
            if (users == 0) {
                last = daemon;
                daemon = null;
            }
        }
        if (last != null) {
            last.close();
        }
    }

    /** The use of the daemon by one context, which ends with the context. */
    @SuppressWarnings("deprecation")
    private final class Use implements Store.CloseableResource, AutoCloseable {

        private boolean over;

        Use(String place) {
            enter(place);
        }

        @Override
        public synchronized void close() {
            if (!over) {
                over = true;
                leave();
            }
        }
    }
}
