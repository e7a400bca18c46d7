package io.nesteddocker.testkit.internal;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/** Where the extensions keep all that they know. */
final class Stores {

    private static final Namespace NAMESPACE = Namespace.create("io.nesteddocker.testkit");

    private Stores() {}

    static Store of(ExtensionContext context) {
        return context.getStore(NAMESPACE);
    }
}
