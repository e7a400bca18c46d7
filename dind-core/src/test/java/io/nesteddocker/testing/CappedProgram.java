package io.nesteddocker.testing;

import com.github.dockerjava.api.DockerClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A busybox with a file capability, which is an extended attribute as {@code setcap} sets it. */
public final class CappedProgram {

    /** The path of the program if a Dockerfile adds the archive at {@code /}. */
    public static final String PATH = "/capped/busybox";

    /** The only capability of the program, {@code CAP_NET_BIND_SERVICE}, as the kernel shows it. */
    public static final String CAPABILITIES = "0000000000000400";

    /** Revision 2 with the effective bit, and capability 10 permitted; see linux/capability.h. */
    private static final String ATTRIBUTE = "\1\0\0\2" + "\0\4\0\0" + "\0".repeat(12);

    private CappedProgram() {}

    /** Returns an archive of the program, which is taken from the tiny image. */
    public static byte[] archive() {
        DockerClient outer = OuterTestEngine.client();
        String container =
                outer.createContainerCmd(TinyImage.NAME).withCmd("true").exec().getId();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InputStream file = outer.copyArchiveFromContainerCmd(container, "/bin/busybox")
                        .exec();
                TarArchiveInputStream in = new TarArchiveInputStream(file);
                TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
            byte[] program = program(in);
            TarArchiveEntry entry = new TarArchiveEntry(PATH.substring(1));
            entry.setMode(0100755);
            entry.setSize(program.length);
            entry.addPaxHeader("SCHILY.xattr.security.capability", ATTRIBUTE);
            out.putArchiveEntry(entry);
            out.write(program);
            out.closeArchiveEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            outer.removeContainerCmd(container).withForce(true).exec();
        }
        return bytes.toByteArray();
    }

    private static byte[] program(TarArchiveInputStream archive) throws IOException {
        TarArchiveEntry entry = archive.getNextEntry();
        if (entry == null || !entry.isFile()) {
            throw new IOException("The tiny image has no program at /bin/busybox.");
        }
        return archive.readAllBytes();
    }
}
