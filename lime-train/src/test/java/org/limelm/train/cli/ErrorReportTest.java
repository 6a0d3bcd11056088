package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;

/** One message with the true cause, and no stack trace unless it is a bug. */
class ErrorReportTest {
    private static void isReported(Throwable error, String... parts) {
        ErrorReport report = ErrorReport.of(error);
        StringWriter printed = new StringWriter();
        assertThat(report.print(new PrintWriter(printed), false)).isEqualTo(Lime.FAILED);
        assertThat(printed.toString()).startsWith("lime: ").contains(parts);
        assertThat(printed.toString().lines()).as("one message").hasSize(1);
        assertThat(report.internal()).isFalse();
    }

    @Test
    void aFullHeapIsNamedWithTheOptionThatEnlargesIt() {
        isReported(
                new OutOfMemoryError("Java heap space"),
                "out of Java memory: Java heap space",
                "LIME_JAVA_OPTS=-Xmx");
        isReported(new StackOverflowError(), "stack", "LIME_JAVA_OPTS=-Xss");
    }

    @Test
    void anUnwritableLibraryCacheIsNamed() {
        IOException missing = new NoSuchFileException("/proc/nope");
        IOException denied = new AccessDeniedException("/root/cache");
        IOException full =
                new FileSystemException("/cache/lib.so", null, "No space left on device");
        for (IOException cause : List.of(missing, denied, full)) {
            isReported(
                    new EngineException(
                            "Failed to load library",
                            new IllegalStateException("Cannot copy jni files", cause)),
                    "[native library]",
                    ((FileSystemException) cause).getFile(),
                    "DJL_CACHE_DIR must be a writable folder");
        }
    }

    @Test
    void anUnusableTemporaryFolderIsNamed() {
        isReported(
                new ExceptionInInitializerError(new IOException("/nonexistent/libzstd123.so")),
                "[native library]",
                "/nonexistent/libzstd123.so",
                "java.io.tmpdir");
        UnsatisfiedLinkError notExecutable =
                new UnsatisfiedLinkError("/tmp/x.so: failed to map segment from shared object");
        isReported(notExecutable, "failed to map segment", "noexec");
        isReported(new EngineException("no library", notExecutable), "failed to map segment");
    }

    @Test
    void aLibraryThatFailedBeforeIsStillALibraryThatCannotBeLoaded() {
        NoClassDefFoundError again =
                new NoClassDefFoundError("Could not initialize class LibUtils");
        again.initCause(new ExceptionInInitializerError("Cannot copy jni files"));
        isReported(again, "[native library]", "Cannot copy jni files");
    }

    @Test
    void aClassPathThatDoesNotFitIsNotBlamedOnTheCache() {
        NoSuchMethodError error = new NoSuchMethodError("void ai.djl.Model.f()");
        isReported(error, "class path", "void ai.djl.Model.f()");
        NoClassDefFoundError missing = new NoClassDefFoundError("org/slf4j/Logger");
        missing.initCause(new ClassNotFoundException("org.slf4j.Logger"));
        isReported(missing, "class path", "org/slf4j/Logger");
        assertThat(ErrorReport.of(missing).message()).doesNotContain("DJL_CACHE_DIR");
    }

    @Test
    void anErrorOfTheEngineThatIsNoneOfTheseIsABugWithAHintToTheTrace() {
        StringWriter printed = new StringWriter();
        ErrorReport report = ErrorReport.of(new EngineException("size mismatch"));
        report.print(new PrintWriter(printed), false);
        assertThat(printed.toString())
                .contains("size mismatch", "--verbose")
                .doesNotContain("\tat ");
        report.print(new PrintWriter(printed), true);
        assertThat(printed.toString()).contains("\tat ");
    }

    @Test
    void whatTheUserCanFixKeepsItsMessageAndStatus() {
        assertThat(ErrorReport.of(new ConfigException("[key] bad")).exitStatus())
                .isEqualTo(Lime.WRONG_USAGE);
        LimeException own = new LimeException("[memory] too large", new OutOfMemoryError("heap"));
        assertThat(ErrorReport.of(own).message()).isEqualTo("[memory] too large");
    }
}
