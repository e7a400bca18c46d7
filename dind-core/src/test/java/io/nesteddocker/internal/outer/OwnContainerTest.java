package io.nesteddocker.internal.outer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OwnContainerTest {

    private static final String ID = "5f1c".repeat(16);

    @Test
    void theIdentityIsInTheTableOfMounts() {
        assertThat(OwnContainer.identity(List.of(
                        "22 28 0:20 / /proc rw,nosuid - proc proc rw",
                        "31 22 8:1 /var/lib/docker/containers/" + ID
                                + "/hostname /etc/hostname rw - ext4 /dev/sda1 rw")))
                .contains(ID);
    }

    @Test
    void aMachineThatRunsAnEngineIsNoContainer() {
        assertThat(OwnContainer.identity(List.of(
                        "48 41 0:38 / /var/lib/docker/overlay2/" + ID + "/merged rw - overlay overlay rw",
                        "49 41 0:39 / /var/lib/docker/containers/" + ID + "/mounts/shm rw - tmpfs shm rw")))
                .isEmpty();
    }
}
