package io.nesteddocker.docs

import com.github.dockerjava.api.DockerClient
import io.nesteddocker.NestedDocker
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class KotlinPlainIT {

    @Test
    fun `the function ends the daemon that it has started`() {
        val used = mutableListOf<NestedDocker>()

        val volumes = withDaemon { docker ->
            used += docker
            docker.client().createVolumeCmd().withName("data").exec()
            volumesOf(docker.client())
        }

        assertTrue("data" in volumes)
        assertFalse(used.single().isRunning)
    }

    // tag::plain[]
    fun <T> withDaemon(block: (NestedDocker) -> T): T =
        NestedDocker.builder()
            .memory("2g")
            .start()
            .use(block)

    fun volumesOf(client: DockerClient): List<String> =
        client.listVolumesCmd().exec().volumes.map { it.name }
    // end::plain[]
}
