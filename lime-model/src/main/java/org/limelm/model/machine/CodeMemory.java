package org.limelm.model.machine;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.util.Optional;
import org.limelm.core.LimeException;

/** Memory with code in it, which can be run and no longer written. For Linux on x86-64. */
final class CodeMemory implements AutoCloseable {
    private final Pointer memory;
    private final long size;
    private boolean closed;

    private CodeMemory(Pointer memory, long size) {
        this.memory = memory;
        this.size = size;
    }

    /**
     * Copies code to where it can be run.
     *
     * @throws LimeException if the system allows no new code
     */
    static CodeMemory of(byte[] code) {
        LibC libc = LibC.Instance.LIBRARY;
        NativeLong size = new NativeLong(code.length);
        Pointer memory =
                libc.mmap(
                        Pointer.NULL,
                        size,
                        LibC.READ | LibC.WRITE,
                        LibC.PRIVATE | LibC.ANONYMOUS,
                        -1,
                        new NativeLong(0));
        if (Pointer.nativeValue(memory) == LibC.FAILED) {
            throw new LimeException(
                    "[machine code] no memory for %d bytes of code".formatted(code.length));
        }
        memory.write(0, code, 0, code.length);
        if (libc.mprotect(memory, size, LibC.READ | LibC.EXECUTE) != 0) {
            libc.munmap(memory, size);
            throw new LimeException(
                    "[machine code] the system does not let this process run code that it wrote."
                            + " Hint: `lime doctor` says what models are read by");
        }
        return new CodeMemory(memory, code.length);
    }

    /** Returns why no code can be written here, if so. */
    static Optional<String> obstacle() {
        Assembler nothing = new Assembler();
        nothing.ret();
        try (CodeMemory memory = of(nothing.assemble())) {
            memory.function(0).invokeVoid(new Object[0]);
            return Optional.empty();
        } catch (LimeException | UnsatisfiedLinkError e) {
            return Optional.of("the system does not let a process run code that it wrote");
        }
    }

    /** Returns the function that starts at a distance from the beginning, in bytes. */
    Function function(int position) {
        return Function.getFunction(memory.share(position));
    }

    /** Gives the memory back; a second call does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            LibC.Instance.LIBRARY.munmap(memory, new NativeLong(size));
        }
    }

    /** Linux's C library. */
    interface LibC extends Library {
        int READ = 1;
        int WRITE = 2;
        int EXECUTE = 4;
        int PRIVATE = 2;
        int ANONYMOUS = 0x20;
        long FAILED = -1;

        Pointer mmap(
                Pointer address,
                NativeLong bytes,
                int protection,
                int flags,
                int file,
                NativeLong offset);

        int mprotect(Pointer address, NativeLong bytes, int protection);

        int munmap(Pointer address, NativeLong bytes);

        /** Opened at its first use. */
        final class Instance {
            static final LibC LIBRARY = Native.load("c", LibC.class);

            private Instance() {}
        }
    }
}
