package io.nesteddocker.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds regions of source files, between {@code // tag::name[]} and {@code // end::name[]}. */
final class Region {

    private Region() {}

    /**
     * Finds a region by its name in a page.
     *
     * @param folders the folders of the sources
     * @param name {@code File#region}; the default extension of the file is {@code .java}
     * @throws IllegalArgumentException unless there is exactly one such file, with exactly one such region
     */
    static List<String> named(List<Path> folders, String name) {
        String[] parts = name.split("#", 2);
        String fileName = parts[0].contains(".") ? parts[0] : parts[0] + ".java";
        List<Path> files = new ArrayList<>();
        for (Path folder : folders) {
            try (Stream<Path> sources = Files.walk(folder)) {
                sources.filter(source -> source.getFileName().toString().equals(fileName))
                        .forEach(files::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (files.size() != 1) {
            throw new IllegalArgumentException(
                    "there are " + files.size() + " files named " + fileName + " in " + folders);
        }
        return between(Pages.lines(files.get(0)), parts[1]);
    }

    /** Returns the lines between the two marks of a region, without the marks of other regions in between. */
    static List<String> between(List<String> source, String name) {
        List<Integer> starts = linesWith(source, "// tag::" + name + "[]");
        List<Integer> ends = linesWith(source, "// end::" + name + "[]");
        if (starts.size() != 1 || ends.size() != 1 || starts.get(0) > ends.get(0)) {
            throw new IllegalArgumentException(
                    "region '" + name + "' opens in lines " + starts + " and ends in lines " + ends);
        }
        return tidy(source.subList(starts.get(0) + 1, ends.get(0)).stream()
                .filter(line -> !line.strip().matches("// (tag|end)::\\S+\\[]"))
                .toList());
    }

    /** Removes the common indentation, trailing spaces, and blank lines at both ends. */
    static List<String> tidy(List<String> lines) {
        return String.join("\n", lines).stripIndent().strip().lines().toList();
    }

    private static List<Integer> linesWith(List<String> source, String mark) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < source.size(); i++) {
            if (source.get(i).strip().equals(mark)) {
                found.add(i);
            }
        }
        return found;
    }
}
