package io.nesteddocker.docs

// tag::test[]
import io.nesteddocker.NestedDocker
import io.nesteddocker.testkit.WithNestedDocker
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

@WithNestedDocker
class KotlinIT {

    @Test
    fun `a fresh daemon has no containers`(docker: NestedDocker) {
        val containers = docker.client().listContainersCmd().withShowAll(true).exec()

        assertEquals(0, containers.size)
    }
}
// end::test[]
