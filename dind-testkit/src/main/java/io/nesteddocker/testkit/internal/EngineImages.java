package io.nesteddocker.testkit.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** Finds the daemon image for a version of the engine. */
final class EngineImages {

    /** The name of the file in which users assign images to versions. */
    static final String FILE = "nested-docker-engines.properties";

    private EngineImages() {}

    /** Returns the image of a version, from the first file on the class path that has one; otherwise Docker's own image. */
    static String of(String version) {
        return filesOnTheClassPath().stream()
                .flatMap(file -> Optional.ofNullable(read(file).getProperty(version)).stream())
                .map(String::strip)
                .findFirst()
                .orElse("docker:" + version + "-dind");
    }

    private static List<URL> filesOnTheClassPath() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        try {
            return Collections.list((loader == null ? ClassLoader.getSystemClassLoader() : loader).getResources(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Tried to find " + FILE + " on the class path but that failed; check the class path.", e);
        }
    }

    private static Properties read(URL file) {
        Properties images = new Properties();
        try {
            URLConnection connection = file.openConnection();
            connection.setUseCaches(false);
            try (InputStream bytes = connection.getInputStream();
                    Reader text = new InputStreamReader(bytes, StandardCharsets.UTF_8)) {
                images.load(text);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "Tried to read the images of engine versions from " + file + " but that failed: " + e.getMessage()
                            + "; write lines such as 26.1=registry.example/dind:26.1.",
                    e);
        }
        return images;
    }
}
