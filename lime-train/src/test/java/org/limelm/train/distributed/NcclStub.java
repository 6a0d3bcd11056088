package org.limelm.train.distributed;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A library with NCCL's interface that records its calls; compiled at test time. */
final class NcclStub implements NcclCollective.Gpu {
    static final long STREAM = 0x7abc;

    private final Path file;
    private final NativeLibrary library;

    NcclStub(Path file) {
        this.file = file;
        this.library = NativeLibrary.getInstance(file.toString());
    }

    /** Compiles the library; skips the test if there is no C compiler. */
    static Path compile(Path folder) {
        Path file = folder.resolve("libnccl_stub.so");
        Path source = folder.resolve("nccl_stub.c");
        try (InputStream in =
                Objects.requireNonNull(NcclStub.class.getResourceAsStream("nccl_stub.c"))) {
            Files.copy(in, source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (String compiler : List.of("cc", "gcc", "clang")) {
            if (run(compiler, "-shared", "-fPIC", "-o", file.toString(), source.toString())) {
                return file;
            }
        }
        assumeTrue(false, "Skipped: there is no C compiler for the stub of NCCL");
        return file;
    }

    private static boolean run(String... command) {
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // program not found
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Nccl functions() {
        return Native.load(file.toString(), Nccl.class);
    }

    List<String> journal() {
        return library.getFunction("stub_journal")
                .invokeString(new Object[0], false)
                .lines()
                .toList();
    }

    byte[] idOfCommunicator() {
        return library.getFunction("stub_comm_id")
                .invokePointer(new Object[0])
                .getByteArray(0, 128);
    }

    void clear() {
        library.getFunction("stub_clear").invokeVoid(new Object[0]);
    }

    void failAsynchronously(int code) {
        library.getFunction("stub_set_async_error").invokeVoid(new Object[] {code});
    }

    void staysBusyForQueries(int count) {
        library.getFunction("stub_set_queries_until_done").invokeVoid(new Object[] {count});
    }

    @Override
    public void require(NDArray array) {}

    @Override
    public void with(Device device, Runnable body) {
        body.run();
    }

    @Override
    public long newStream(Device device) {
        note("stream 0x%x created".formatted(STREAM));
        return STREAM;
    }

    @Override
    public void closeStream(Device device, long stream) {
        note("stream 0x%x destroyed".formatted(stream));
    }

    @Override
    public void waitForEngine(Device device, long stream) {
        note("stream 0x%x waits for the engine".formatted(stream));
    }

    /** Adds a line to the journal. */
    void note(String line) {
        library.getFunction("stub_note").invokeVoid(new Object[] {line});
    }

    @Override
    public boolean isDone(long stream) {
        Function query = library.getFunction("stub_stream_query");
        return query.invokeInt(new Object[] {Pointer.createConstant(stream)}) == 0;
    }
}
