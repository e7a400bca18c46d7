package io.nesteddocker.examples;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.testkit.testcontainers.NestedTestcontainers;
import java.io.File;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.testcontainers.containers.ComposeContainer;

/** Starts a Compose project with Testcontainers, which only in this program uses a nested daemon, and prints a page of the service. */
final class ComposeInside {

    private ComposeInside() {}

    public static void main(String[] args) throws Exception {
        try (NestedDocker docker =
                        NestedDocker.builder().images(StandIns.BUSYBOX).start();
                NestedTestcontainers inside = NestedTestcontainers.use(docker);
                ComposeContainer shop = new ComposeContainer(new File(args[0])).withExposedService("web", 80)) {
            shop.start();
            URI page = URI.create("http://" + shop.getServiceHost("web", 80) + ":" + shop.getServicePort("web", 80)
                    + "/fingerprint.txt");
            try (InputStream content = page.toURL().openStream()) {
                System.out.println(
                        "The service answered " + new String(content.readAllBytes(), StandardCharsets.UTF_8));
            }
            docker.client()
                    .listContainersCmd()
                    .exec()
                    .forEach(container -> System.out.println("inside: " + String.join(" ", container.getNames())));
        }
    }
}
