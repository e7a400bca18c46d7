package io.nesteddocker.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.internal.SharedFolder;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedFoldersTest {

    @Test
    void whatIsWrittenIsRead() {
        List<SharedFolder> folders = List.of(
                new SharedFolder("/home/a,b +c%=d", false),
                new SharedFolder("/srv/größe:ro", true),
                new SharedFolder("/srv/größe:ro", false));
        assertThat(SharedFolders.fromLabel(SharedFolders.toLabel(folders))).isEqualTo(folders);
    }

    @Test
    void anEmptyLabelHasNone() {
        assertThat(SharedFolders.fromLabel("")).isEmpty();
    }

    @Test
    void aFolderBesideAnotherWithTheSameBeginningIsNotInIt() {
        SharedFolder work = new SharedFolder("/work", false);
        assertThat(new SharedFolder("/work/a", false).isIn(work)).isTrue();
        assertThat(work.isIn(work)).isTrue();
        assertThat(new SharedFolder("/workshop", false).isIn(work)).isFalse();
    }
}
