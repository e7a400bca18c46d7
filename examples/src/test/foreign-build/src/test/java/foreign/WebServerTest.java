package foreign;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;

class WebServerTest {

    @Test
    void answersAtItsMappedPort() throws Exception {
        try (GenericContainer<?> web = new GenericContainer<>(System.getProperty("image"))
                .withCommand("httpd", "-f", "-p", "8080")
                .withExposedPorts(8080)) {
            web.start();
            try (Socket socket = new Socket(web.getHost(), web.getMappedPort(8080))) {
                socket.getOutputStream().write("GET /none HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                BufferedReader answer = new BufferedReader(new InputStreamReader(socket.getInputStream()));
                assertTrue(answer.readLine().endsWith("404 Not Found"));
            }
            System.out.println("The web server answered at " + web.getHost() + ".");
        }
    }
}
