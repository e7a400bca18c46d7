package io.nesteddocker.internal;

/** Brings a client's key and certificates to containers of the outer engine. Thread-safe. */
public interface KeyCourier {

    /** Copies the files into a folder of a container, for the user of that number. */
    void copyInto(String container, String folder, int userId);

    /** Returns the name of a volume with the files for the user of that number. */
    String volume(int userId);
}
