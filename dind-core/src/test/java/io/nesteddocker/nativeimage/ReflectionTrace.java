package io.nesteddocker.nativeimage;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.StackFrame;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.VMDeathEvent;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Records how the code in another JVM uses reflection, and which resources it requests.
 *
 * <p>A debugger stops the program at the JDK methods through which all of these uses pass. Like GraalVM's own agent, it ignores calls that
 * the JDK makes for itself. It also ignores requests for the members of JDK classes: Jackson looks for its annotations there, and the empty
 * list that a native image returns has the same effect.
 *
 * <p>It does not stop at lookups of classes by name or at the creation of arrays and proxies, because the JDK does both so often that the
 * stops would take minutes on a busy machine. A class that was looked up by name is recorded when a constructor or method of it is used.
 *
 * @see <a href="https://www.graalvm.org/latest/reference-manual/native-image/metadata/">GraalVM: which calls need metadata</a>
 */
final class ReflectionTrace {

    /** The kind of a use. */
    enum Kind {
        /** The members of a class were listed. */
        MEMBERS,
        METHOD,
        CONSTRUCTOR,
        FIELD,
        RESOURCE
    }

    /** The use of a class, of one of its members, or of a resource. */
    record Use(Kind kind, String name, String member, String caller) {}

    private static final String POINT = "point";

    private final VirtualMachine machine;
    private final Set<Use> uses = new LinkedHashSet<>();

    private ReflectionTrace(VirtualMachine machine) {
        this.machine = machine;
    }

    /** Traces a JVM that waits for a debugger at {@code port} of this machine, from its start to its end. */
    static Set<Use> follow(int port, Duration patience) {
        TracePoint.ALL.forEach(TracePoint::check);
        try {
            ReflectionTrace trace = new ReflectionTrace(attach(port));
            trace.arm();
            trace.followToTheEnd(patience);
            return trace.uses;
        } catch (IOException | IllegalConnectorArgumentsException | IncompatibleThreadStateException e) {
            throw new AssertionError("The debugger failed.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The test was interrupted.", e);
        }
    }

    private static VirtualMachine attach(int port) throws IOException, IllegalConnectorArgumentsException {
        AttachingConnector connector = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                .filter(each -> each.name().equals("com.sun.jdi.SocketAttach"))
                .findFirst()
                .orElseThrow();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("hostname").setValue("127.0.0.1");
        arguments.get("port").setValue(String.valueOf(port));
        return connector.attach(arguments);
    }

    private void arm() {
        for (TracePoint point : TracePoint.ALL) {
            ClassPrepareRequest prepared = machine.eventRequestManager().createClassPrepareRequest();
            prepared.addClassFilter(point.type());
            prepared.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
            prepared.putProperty(POINT, point);
            prepared.enable();
            machine.classesByName(point.type()).forEach(type -> arm(point, type));
        }
    }

    private void arm(TracePoint point, ReferenceType type) {
        type.methods().stream().filter(point::isAt).forEach(method -> {
            BreakpointRequest stop = machine.eventRequestManager().createBreakpointRequest(method.location());
            stop.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
            stop.putProperty(POINT, point);
            stop.enable();
        });
    }

    private void followToTheEnd(Duration patience) throws InterruptedException, IncompatibleThreadStateException {
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (handleEvents(end)) {
                // The program continues.
            }
        } catch (VMDisconnectedException e) {
            // The program ended while one of its threads was stopped.
        }
    }

    /** Returns whether the program still runs. */
    private boolean handleEvents(long end) throws InterruptedException, IncompatibleThreadStateException {
        EventSet events = machine.eventQueue().remove(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        if (events == null) {
            throw new AssertionError("The program that the debugger follows did not end in time.");
        }
        for (Event event : events) {
            if (event instanceof VMDeathEvent || event instanceof VMDisconnectEvent) {
                return false;
            }
            if (event instanceof ClassPrepareEvent prepared) {
                arm((TracePoint) prepared.request().getProperty(POINT), prepared.referenceType());
            }
            if (event instanceof BreakpointEvent stop) {
                see(
                        (TracePoint) stop.request().getProperty(POINT),
                        stop.thread().frames());
            }
        }
        events.resume();
        return true;
    }

    private void see(TracePoint point, List<StackFrame> frames) {
        for (StackFrame frame : frames) {
            String type = frame.location().declaringType().name();
            if (isOfTheJdk(type) && !point.isPassedThrough(type)
                    || isAboutConstants(frame.location().method())) {
                return;
            }
            if (!isOfTheJdk(type)) {
                add(point, frames.get(0), type);
                return;
            }
        }
    }

    private void add(TracePoint point, StackFrame call, String caller) {
        TracePoint.Seen seen = point.reader().apply(call);
        if (point.kind() != Kind.MEMBERS || !isOfTheJdk(seen.name())) {
            uses.add(new Use(point.kind(), seen.name(), seen.member(), caller));
        }
    }

    /** Returns whether the JDK reads the constants of an enum, for which a native image needs no reflection. */
    private static boolean isAboutConstants(Method method) {
        return method.name().equals("getEnumConstantsShared");
    }

    private static boolean isOfTheJdk(String type) {
        return type.matches("(java|javax|jdk|sun|com\\.sun)\\..*");
    }
}
