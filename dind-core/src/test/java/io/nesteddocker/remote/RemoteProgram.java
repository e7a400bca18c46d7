package io.nesteddocker.remote;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.Sockets;
import io.nesteddocker.testing.TinyImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/**
 * Starts nested daemons on the engine of its environment, uses each of them, and prints the results; for tests of remote engines.
 *
 * <p>The argument is the number of levels, one by default. Then the program reads commands from standard input until its end: {@code
 * address CONTAINER PORT} prints the local port that leads to a port in the outermost daemon.
 */
public final class RemoteProgram {

    /** The size of the file of zeros that is copied out of a container as an archive. */
    static final int BULK = 8 * 1024 * 1024;

    private static final int CALLS = 200;

    private RemoteProgram() {}

    public static void main(String[] args) throws IOException {
        int levels = args.length == 0 ? 1 : Integer.parseInt(args[0]);
        try (NestedDocker outermost = NestedDocker.builder().start()) {
            NestedDocker docker = outermost;
            use(docker);
            for (int level = 2; level <= levels; level++) {
                docker = docker.nest().start();
                use(docker);
            }
            System.out.println("CONFIG " + outermost.clientConfig().directory());
            obey(outermost);
        }
        System.out.println("DONE");
    }

    private static void use(NestedDocker docker) throws IOException {
        System.out.println("LINK " + docker.engine().connection());
        TinyImage.into(docker);
        System.out.println("OUTPUT " + InnerContainers.output(docker.client(), "echo", "hello"));
        String id = InnerContainers.start(
                docker.client(),
                request -> request,
                "sh",
                "-c",
                "head -c " + BULK + " /dev/zero >/bulk; exec nc -ll -p 7 -e echo from a port");
        System.out.println("PORT " + Sockets.read(docker.addressOf(id, 7)));
        for (int call = 0; call < CALLS; call++) {
            docker.client().inspectContainerCmd(id).exec();
        }
        System.out.println("BULK " + checksum(docker.client(), id));
        docker.client().removeContainerCmd(id).withForce(true).exec();
    }

    /** Returns the checksum of the file's content in the archive, which follows the header block and precedes the padding. */
    private static long checksum(DockerClient client, String id) throws IOException {
        CRC32 sum = new CRC32();
        try (InputStream archive =
                client.copyArchiveFromContainerCmd(id, "/bulk").exec()) {
            archive.skipNBytes(512);
            CheckedInputStream content = new CheckedInputStream(archive, sum);
            content.skipNBytes(BULK);
        }
        return sum.getValue();
    }

    private static void obey(NestedDocker docker) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
            String[] words = line.split(" ");
            InetSocketAddress address = docker.addressOf(words[1], Integer.parseInt(words[2]));
            System.out.println("ADDRESS " + address.getPort());
        }
    }
}
