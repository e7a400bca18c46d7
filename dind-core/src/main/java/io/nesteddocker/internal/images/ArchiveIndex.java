package io.nesteddocker.internal.images;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.internal.Sha256;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.images.SourceImage.Names;
import io.nesteddocker.internal.outer.OuterImages.ImageFacts;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The contents of an image archive, which is either one that {@code docker save} wrote, or an OCI layout in a tar file.
 *
 * <p>The archive is read once from end to end, so that a broken archive is refused before anything is sent. The digests of its files are
 * computed in the same pass, in bounded memory. Immutable and thread-safe.
 *
 * @see <a href="https://github.com/moby/docker-image-spec">Docker image specification</a>
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">OCI image layout</a>
 */
final class ArchiveIndex {

    private static final int TAR_BLOCK = 512;
    private static final int BUFFER = 64 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_BYTES_OF_ONE_DOCUMENT = 4 << 20;
    private static final int MOST_BYTES_OF_DOCUMENTS = 16 << 20;

    private final Path path;
    private final String architecture;
    private final boolean verifies;
    private final Map<String, Long> sizes = new LinkedHashMap<>();
    private final Map<String, String> links = new HashMap<>();
    private final Map<String, byte[]> documents = new HashMap<>();
    private final Map<String, String> digests = new HashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private String lastFile = "";

    /**
     * One image of the archive.
     *
     * @param image the image
     * @param config its configuration, whose digest is the image's ID
     * @param files the archive's files with its layers, lowest first
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Entry(SourceImage image, byte[] config, List<String> files) {
        Entry {
            files = List.copyOf(files);
        }
    }

    private ArchiveIndex(Path path, String architecture, boolean verifies) {
        this.path = path;
        this.architecture = architecture;
        this.verifies = verifies;
    }

    /** Reads an archive; of an image for several platforms, selects the one for Linux on {@code architecture}. */
    static ArchiveIndex read(Path path, String architecture) {
        return read(new ArchiveIndex(path, architecture, false));
    }

    /** Reads an archive in the same way, and refuses it if a layer or another blob does not match its digest. */
    static ArchiveIndex verify(Path path, String architecture) {
        return read(new ArchiveIndex(path, architecture, true));
    }

    private static ArchiveIndex read(ArchiveIndex index) {
        try {
            index.readFiles();
            index.findImages();
            index.verifyLayers();
        } catch (BrokenArchiveException e) {
            throw index.broken(String.valueOf(e.getMessage()), e);
        } catch (FileSystemException e) {
            throw index.broken(Reason.of(e).replace(index.path + ": ", ""), e);
        } catch (IOException | IllegalArgumentException e) {
            // The decoders' messages are about their internals, and may quote the file's content.
            throw index.broken(index.damage(), e);
        }
        return index;
    }

    /** Returns the images, in the order of the archive. */
    List<SourceImage> images() {
        return entries.stream().map(Entry::image).toList();
    }

    /** Returns the images with their files. */
    List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Returns whether this is an OCI layout, whose files have their digests as names; in older archives, a manifest lists the files. */
    boolean isOciLayout() {
        return documents.containsKey("oci-layout");
    }

    /** Returns the size of one of its files, or 0 if there is no such file. */
    long sizeOf(String file) {
        return sizes.getOrDefault(file, 0L);
    }

    /** Opens an archive, which may be compressed with gzip; the caller closes it. */
    static InputStream open(Path path) throws IOException {
        InputStream file = new BufferedInputStream(Files.newInputStream(path), BUFFER);
        try {
            return ContentDigest.decompressed(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private String damage() {
        return lastFile.isEmpty()
                ? "it is neither a tar archive nor one that is compressed with gzip"
                : "it is damaged or incomplete, in " + lastFile + " or after it";
    }

    /** Returns whether the archive begins with a block of zeros, as an empty tar archive does, in contrast to a short text. */
    private boolean isEmptyTar() throws IOException {
        try (InputStream content = open(path)) {
            byte[] block = content.readNBytes(TAR_BLOCK);
            return Arrays.equals(block, new byte[TAR_BLOCK]);
        }
    }

    private void readFiles() throws IOException {
        if (Files.size(path) == 0) {
            throw new BrokenArchiveException("it is empty");
        }
        int kept = 0;
        try (TarArchiveInputStream tar = new TarArchiveInputStream(open(path))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String name = plain(entry.getName());
                lastFile = name;
                if (entry.isSymbolicLink() || entry.isLink()) {
                    links.put(name, target(name, entry));
                } else if (entry.isFile()) {
                    sizes.put(name, entry.getSize());
                    if (mayBeDocument(name, entry) && kept + entry.getSize() <= MOST_BYTES_OF_DOCUMENTS) {
                        byte[] document = tar.readNBytes((int) entry.getSize());
                        if (document.length != entry.getSize()) {
                            throw new BrokenArchiveException("it ends in the middle of " + name);
                        }
                        int size = keepIfJson(name, document);
                        if (size > 0 || verifies) {
                            verify(name, new ByteArrayInputStream(document));
                        }
                        kept += size;
                    } else if (verifies) {
                        verify(name, tar);
                    }
                }
            }
        }
        if (sizes.isEmpty()) {
            throw new BrokenArchiveException(
                    lastFile.isEmpty() && !isEmptyTar() ? damage() : "it is a tar archive without a file");
        }
    }

    /** Verifies a file by the digest in its name; if it has none, notes its digest before compression, which identifies a layer. */
    private void verify(String name, InputStream content) throws IOException {
        String expected = ContentDigest.inName(name);
        if (!expected.isEmpty()) {
            ContentDigest.verify(name, ContentDigest.of(content), expected);
        } else if (verifies) {
            ContentDigest.beforeCompression(content).ifPresent(digest -> digests.put(name, digest));
        }
    }

    private void verifyLayers() throws IOException {
        for (Entry entry : entries) {
            for (int i = 0; i < entry.files().size(); i++) {
                String digest = digests.get(entry.files().get(i));
                if (digest != null) {
                    ContentDigest.verify(
                            entry.files().get(i), digest, entry.image().layers().get(i));
                }
            }
        }
    }

    private static boolean mayBeDocument(String name, TarArchiveEntry entry) {
        return entry.getSize() > 0
                && entry.getSize() <= MOST_BYTES_OF_ONE_DOCUMENT
                && !name.endsWith("/layer.tar")
                && !name.endsWith("/VERSION");
    }

    private int keepIfJson(String name, byte[] document) {
        if (document[0] != '{' && document[0] != '[') {
            return 0;
        }
        documents.put(name, document);
        return document.length;
    }

    private void findImages() throws IOException {
        if (documents.containsKey("manifest.json")) {
            for (JsonNode image : json("manifest.json")) {
                List<String> files = new ArrayList<>();
                image.path("Layers").forEach(file -> files.add(plain(file.asText())));
                List<String> tags = new ArrayList<>();
                image.path("RepoTags").forEach(tag -> tags.add(tag.asText()));
                add(plain(image.path("Config").asText()), files, tags);
            }
        } else if (documents.containsKey("index.json")) {
            findInIndex(json("index.json"), null, Set.of());
        } else {
            throw new BrokenArchiveException(
                    "it has neither a manifest.json nor an index.json, so it is not an image archive");
        }
        if (entries.isEmpty()) {
            throw new BrokenArchiveException("it holds no image");
        }
    }

    /** Finds images in an OCI index: in its manifests, one for each platform or image, and in further indexes. */
    private void findInIndex(JsonNode index, @Nullable String nameAbove, Set<String> above) throws IOException {
        int before = entries.size();
        List<String> otherPlatforms = new ArrayList<>();
        for (JsonNode descriptor : index.path("manifests")) {
            JsonNode platform = descriptor.path("platform");
            String system = platform.path("os").asText("linux") + "/"
                    + platform.path("architecture").asText(architecture);
            if (system.startsWith("unknown/")) {
                continue; // an attestation: https://docs.docker.com/build/metadata/attestations/attestation-storage/
            }
            if (!system.equals("linux/" + architecture)) {
                otherPlatforms.add(system);
                continue;
            }
            String name = nameIn(descriptor, nameAbove);
            String file = blob(descriptor);
            JsonNode document = json(file);
            if (document.has("manifests")) {
                findInIndex(document, name, with(above, file));
            } else {
                List<String> files = new ArrayList<>();
                for (JsonNode layer : document.path("layers")) {
                    files.add(blob(layer));
                }
                add(blob(document.path("config")), files, name == null ? List.of() : List.of(name));
            }
        }
        if (entries.size() == before && !otherPlatforms.isEmpty()) {
            throw new ImageTransferException(
                    "Tried to take images from the archive " + path + " but it has images for "
                            + String.join(", ", otherPlatforms) + " only and the inner engine is linux/" + architecture
                            + "; save the image for linux/" + architecture + ".",
                    null);
        }
    }

    /** Refuses an index that leads back to itself. Digests rule this out, but not every file has a name with a verified digest. */
    private static Set<String> with(Set<String> above, String file) throws IOException {
        Set<String> all = new HashSet<>(above);
        if (!all.add(file)) {
            throw new BrokenArchiveException("its index " + file + " leads back to itself");
        }
        return all;
    }

    /** Returns the name in an image's annotations, else the one above; the second annotation is often only a tag, which is ignored. */
    static @Nullable String nameIn(JsonNode descriptor, @Nullable String nameAbove) {
        JsonNode annotations = descriptor.path("annotations");
        String name = annotations
                .path("io.containerd.image.name")
                .asText(annotations.path("org.opencontainers.image.ref.name").asText(""));
        return name.contains(":") || name.contains("/") ? name : nameAbove;
    }

    private void add(String configFile, List<String> files, List<String> tags) throws IOException {
        byte[] config = document(configFile);
        ImageFacts facts = facts(configFile, config);
        int layers = facts.content().layers().size();
        if (layers != files.size()) {
            throw new BrokenArchiveException(
                    "its image " + tags + " has " + layers + " layers but names " + files.size() + " files");
        }
        long size = 0;
        List<String> resolved = new ArrayList<>();
        for (String file : files) {
            String real = links.getOrDefault(file, file);
            if (!sizes.containsKey(real)) {
                throw new BrokenArchiveException("its layer " + file + " is missing");
            }
            resolved.add(real);
            size += sizeOf(real);
        }
        String platform = facts.content().platform();
        if (!facts.content().architecture().isEmpty() && !platform.equals("linux/" + architecture)) {
            throw new ImageTransferException(
                    "Tried to take the image " + (tags.isEmpty() ? facts.id() : tags.get(0)) + " from the archive "
                            + path + " but it is for " + platform + " and the inner engine is linux/" + architecture
                            + "; save the image for linux/" + architecture + ".",
                    null);
        }
        SourceImage image =
                new SourceImage(facts.id(), Names.of(tags), facts.content().withSize(size), Optional.of(path));
        entries.add(new Entry(image, config, resolved));
    }

    private static ImageFacts facts(String file, byte[] config) throws IOException {
        try {
            return ImageFacts.ofConfiguration(Sha256.digest(config), config);
        } catch (IOException e) {
            throw new BrokenArchiveException("its file " + file + " is not an image's configuration", e);
        }
    }

    private JsonNode json(String file) throws IOException {
        byte[] document = document(file);
        try {
            return JSON.readTree(document);
        } catch (JsonProcessingException e) {
            throw new BrokenArchiveException("its file " + file + " is damaged", e);
        }
    }

    private byte[] document(String file) throws IOException {
        byte[] document = documents.get(links.getOrDefault(file, file));
        if (document == null) {
            throw new BrokenArchiveException("its file \"" + file + "\" is missing");
        }
        return document;
    }

    private static String blob(JsonNode descriptor) {
        return "blobs/" + descriptor.path("digest").asText().replace(':', '/');
    }

    private static String plain(String name) {
        return name.replaceFirst("^(\\./)+", "");
    }

    /** Resolves a link; old versions of {@code docker save} write a layer that occurs twice as a link to its first file. */
    private static String target(String name, TarArchiveEntry entry) {
        if (entry.isLink()) {
            return plain(entry.getLinkName());
        }
        Path folder = Path.of(name).getParent();
        Path target = folder == null ? Path.of(entry.getLinkName()) : folder.resolve(entry.getLinkName());
        return target.normalize().toString();
    }

    private ImageTransferException broken(String reason, Throwable cause) {
        return new ImageTransferException(
                "Tried to read the image archive " + path + " but it can't be used: " + reason.replaceFirst("[.;]$", "")
                        + "; write it again with `docker save`.",
                cause);
    }
}
