package io.nesteddocker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.StartupException;
import io.nesteddocker.testing.CreationWatch;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import io.nesteddocker.testing.UnusualImages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the error messages if the daemon image can't be used. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class DaemonImageErrorsIT {

    /** An image of a registry at a port where nothing listens. */
    private static final String NOT_PULLABLE = "127.0.0.1:1/no-such-image:1";

    @Test
    void anImageThatCanNotBePulledIsNamedWithTheEnginesWords() {
        ErrorSentence.of(refusalOf(NOT_PULLABLE))
                .tried("pull the daemon image")
                .on(NOT_PULLABLE)
                .because("connection refused")
                .cure("Check the name and the connection to the registry, or use DaemonImage.debian(");
    }

    @Test
    void nothingIsCreatedForAnImageThatCanNotBePulled() {
        CreationWatch watch = CreationWatch.begin();
        refusalOf(NOT_PULLABLE);
        assertThat(watch.createdContainers()).isEmpty();
    }

    @Test
    void aReferenceThatNoEngineAcceptsIsRefusedInTheEnginesWords() {
        String tooLong = "a".repeat(256);
        ErrorSentence.of(refusalOf(tooLong))
                .tried("look up the daemon image")
                .on(tooLong)
                .because("must not be more than 255 characters")
                .cure("Correct the reference");
    }

    @Test
    void anImageForAnotherMachineIsRefused() {
        String image = UnusualImages.empty("s390x");
        try {
            ErrorSentence.of(refusalOf(image))
                    .tried("use the daemon image")
                    .on(image)
                    .because("it is for linux/s390x and the outer engine is linux/" + outerArchitecture())
                    .cure("use an image for linux/" + outerArchitecture());
        } finally {
            UnusualImages.remove(image);
        }
    }

    @Test
    void nothingIsCreatedForAnImageOfAnotherMachine() {
        String image = UnusualImages.empty("s390x");
        try {
            CreationWatch watch = CreationWatch.begin();
            refusalOf(image);
            assertThat(watch.createdContainers()).isEmpty();
        } finally {
            UnusualImages.remove(image);
        }
    }

    @Test
    void anImageWithoutAShellIsRefused() {
        String image = UnusualImages.empty(outerArchitecture());
        try {
            ErrorSentence.of(refusalOf(image))
                    .tried("start the daemon container")
                    .on(image)
                    .because("no shell")
                    .cure("Use an image with dockerd and a shell");
        } finally {
            UnusualImages.remove(image);
        }
    }

    @Test
    void anImageWithoutDockerdIsRefusedWithTheImagesThatHaveIt() {
        StartupException failure = catchThrowableOfType(StartupException.class, () -> start(TinyImage.NAME));
        ErrorSentence.of(failure)
                .tried("start the daemon container")
                .on(TinyImage.NAME)
                .because("no dockerd on its PATH")
                .cure("use an image that has dockerd, containerd and runc");
    }

    private static OuterEngineException refusalOf(String image) {
        return catchThrowableOfType(OuterEngineException.class, () -> start(image));
    }

    private static void start(String image) {
        NestedDocker.builder().image(image).start().close();
    }

    private static String outerArchitecture() {
        return OuterTestEngine.client().inspectImageCmd(TinyImage.NAME).exec().getArch();
    }
}
