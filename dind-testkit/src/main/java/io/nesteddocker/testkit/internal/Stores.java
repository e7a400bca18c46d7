package io.nesteddocker.testkit.internal;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/** Finds the stores in which the extensions keep their state. */
final class Stores {

    private static final Namespace NAMESPACE = Namespace.create("io.nesteddocker.testkit");

    private Stores() {}

    static Store of(ExtensionContext context) {
        return context.getStore(NAMESPACE);
    }
}
