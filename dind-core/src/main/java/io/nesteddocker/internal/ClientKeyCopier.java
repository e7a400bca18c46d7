package io.nesteddocker.internal;

/** Copies a client's key and certificates to containers of the outer engine. Thread-safe. */
public interface ClientKeyCopier {

    /** Copies the files into a folder of a container, readable by the user with this number. */
    void copyInto(String container, String folder, int userId);

    /** Returns the name of a volume with the files, readable by the user with this number. */
    String volume(int userId);
}
