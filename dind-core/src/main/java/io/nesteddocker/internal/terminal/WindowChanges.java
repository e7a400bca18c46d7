package io.nesteddocker.internal.terminal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for changes of the terminal window's size, through the signal WINCH.
 *
 * <p>The JDK's class for signals is internal, and javac warns of each mention of it, so it is called by reflection. If the class or the
 * signal is not available, no change is reported.
 */
final class WindowChanges implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WindowChanges.class);

    private final AutoCloseable restoration;

    private WindowChanges(AutoCloseable restoration) {
        this.restoration = restoration;
    }

    /** Runs {@code listener} after each change, on a thread of the Java runtime, until the returned object is closed. */
    static WindowChanges listen(Runnable listener) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Method handle = signalType.getMethod("handle", signalType, handlerType);
            Object signal = signalType.getConstructor(String.class).newInstance("WINCH");
            Object handler = Proxy.newProxyInstance(
                    WindowChanges.class.getClassLoader(),
                    new Class<?>[] {handlerType},
                    (proxy, method, arguments) -> answer(proxy, method, arguments, listener));
            Object previous = handle.invoke(null, signal, handler);
            return new WindowChanges(() -> handle.invoke(null, signal, previous));
        } catch (ReflectiveOperationException e) {
            LOG.debug("Changes of the window's size can't be observed here", e);
            return new WindowChanges(() -> {});
        }
    }

    private static Object answer(Object proxy, Method method, Object[] arguments, Runnable listener) {
        return switch (method.getName()) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> "WindowChanges";
            default -> {
                listener.run();
                yield 0;
            }
        };
    }

    @Override
    public void close() {
        try {
            restoration.close();
        } catch (InvocationTargetException e) {
            LOG.debug("The former handler of the signal could not be put back", e.getCause());
        } catch (Exception e) {
            LOG.debug("The former handler of the signal could not be put back", e);
        }
    }
}
