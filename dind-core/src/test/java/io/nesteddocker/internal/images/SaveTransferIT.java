package io.nesteddocker.internal.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.SaveImagesCmd;
import io.nesteddocker.ImageSource;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
@Timeout(120)
class SaveTransferIT {

    /** An engine checks what it saves, so this test damages the answer on its way to the library. */
    @ParameterizedTest
    @EnumSource
    void aStreamWhoseLayerIsNotWhatItsDigestSaysIsRefusedBeforeTheDaemonTakesIt(InnerStore store)
            throws InterruptedException {
        Cancellation cancellation = new Cancellation();
        try (OuterEngine outer = OuterEngine.connect(Options.defaults(), cancellation);
                NestedDocker docker = store.daemon().start()) {
            List<SourceImage> images = SourceImages.resolve(
                    outer, List.of(ImageSource.outer(TinyImage.NAME)), progress -> {}, cancellation);
            TargetStore target = TargetStore.of(
                    docker.client(), docker.name(), Optional::empty, BlobList.in(outer.containers(), docker.name()));
            TransferMethod spoilt = new SaveTransfer(spoiling(OuterTestEngine.client()), cancellation);

            assertThatThrownBy(() -> new Transfer(List.of(target), progress -> {}, cancellation)
                            .run(
                                    List.of(new Delivery(target, images, false)),
                                    images,
                                    List.of(new Transfer.Attempt(spoilt, false)),
                                    "the outer engine"))
                    .isInstanceOf(ImageTransferException.class)
                    .satisfies(e -> ErrorSentence.of(e)
                            .tried("read the image " + TinyImage.NAME)
                            .on("the outer engine")
                            .because("and should have " + digest(images.get(0)))
                            .cure("try again"));
            assertThat(docker.client().infoCmd().exec().getImages()).isZero();
        }
    }

    /** Returns the expected digest of the layer. With the containerd store, the file may be compressed and its digest is unknown. */
    private static String digest(SourceImage image) {
        return InnerStore.isClassic(OuterTestEngine.client()) ? image.layers().get(0) : "sha256:";
    }

    private static DockerClient spoiling(DockerClient engine) {
        return proxy(DockerClient.class, () -> proxy(SaveImagesCmd.class, () -> spoilt(engine)));
    }

    private static InputStream spoilt(DockerClient engine) {
        try (InputStream saved = engine.saveImageCmd(TinyImage.NAME).exec()) {
            byte[] archive = saved.readAllBytes();
            archive[archive.length / 2] ^= 1;
            return new ByteArrayInputStream(archive);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a proxy whose methods return the proxy if the return type allows it, and otherwise the answer. */
    private static <T> T proxy(Class<T> type, Supplier<Object> answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> method.getReturnType() == type ? self : answer.get()));
    }
}
