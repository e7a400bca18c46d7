package foreign;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.ComposeContainer;

class ComposeTest {

    // tag::compose[]
    @Test
    void theServiceAnswers() throws Exception {
        try (ComposeContainer shop =
                new ComposeContainer(new File("compose.yaml")).withExposedService("web", 80)) {
            shop.start();
            String address = "http://" + shop.getServiceHost("web", 80) + ":" + shop.getServicePort("web", 80);
            try (InputStream page = URI.create(address + "/builds.txt").toURL().openStream()) {
                assertTrue(new String(page.readAllBytes(), StandardCharsets.UTF_8).startsWith("built"));
            }
            System.out.println("The service of the Compose project answered at " + shop.getServiceHost("web", 80) + ".");
        }
    }
    // end::compose[]
}
