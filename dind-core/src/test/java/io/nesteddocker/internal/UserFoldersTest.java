package io.nesteddocker.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UserFoldersTest {

    @Test
    void theHomeFolderIsWhatJavaSays() {
        assertThat(UserFolders.home("/home/one", "/home/other")).contains(Path.of("/home/one"));
    }

    @Test
    void aUserWithoutAnAccountHasTheHomeFolderOfTheVariable() {
        assertThat(UserFolders.home("?", "/home/other")).contains(Path.of("/home/other"));
        assertThat(UserFolders.home(null, "/home/other")).contains(Path.of("/home/other"));
    }

    @Test
    void thereMayBeNone() {
        assertThat(UserFolders.home("?", null)).isEmpty();
        assertThat(UserFolders.home("", "")).isEmpty();
        assertThat(UserFolders.home("relative", "?")).isEmpty();
    }
}
