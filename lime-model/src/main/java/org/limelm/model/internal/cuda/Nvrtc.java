package org.limelm.model.internal.cuda;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.StringArray;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.limelm.core.LimeException;
import org.limelm.model.internal.torch.TorchNatives;

/** NVIDIA's run-time compiler for CUDA C++, which every CUDA build of libtorch includes. */
final class Nvrtc {
    /**
     * PTX of this architecture runs on every GPU from compute capability 8.0; the driver translates
     * it for the GPU at hand.
     */
    private static final String ARCHITECTURE = "--gpu-architecture=compute_80";

    private static final List<String> NAMES =
            List.of("libnvrtc.so.12", "libnvrtc.so.13", "nvrtc64_120_0", "nvrtc");

    private static final Pattern FILE = Pattern.compile("libnvrtc(?!-builtins).*\\.so\\..*");

    private Nvrtc() {}

    private interface Functions extends Library {
        int nvrtcCreateProgram(
                PointerByReference program,
                String source,
                String name,
                int headers,
                @Nullable Pointer headerTexts,
                @Nullable Pointer headerNames);

        int nvrtcCompileProgram(Pointer program, int count, StringArray options);

        int nvrtcGetProgramLogSize(Pointer program, LongByReference bytes);

        int nvrtcGetProgramLog(Pointer program, Memory log);

        int nvrtcGetPTXSize(Pointer program, LongByReference bytes);

        int nvrtcGetPTX(Pointer program, Memory ptx);

        int nvrtcDestroyProgram(PointerByReference program);
    }

    /**
     * Compiles CUDA C++ to PTX.
     *
     * @param source the program
     * @param name its name in messages
     * @return zero-terminated PTX
     * @throws UnsatisfiedLinkError if the compiler is not installed
     * @throws LimeException if the program does not compile; the message contains the compiler's
     */
    static Memory compile(String source, String name) {
        Functions nvrtc = load();
        PointerByReference program = new PointerByReference();
        check(nvrtc.nvrtcCreateProgram(program, source, name, 0, null, null), "nvrtcCreateProgram");
        try {
            Pointer created = program.getValue();
            StringArray options = new StringArray(new String[] {ARCHITECTURE});
            int code = nvrtc.nvrtcCompileProgram(created, 1, options);
            if (code != 0) {
                throw new LimeException(
                        "[cuda] " + name + " does not compile: " + log(nvrtc, created));
            }
            LongByReference bytes = new LongByReference();
            check(nvrtc.nvrtcGetPTXSize(created, bytes), "nvrtcGetPTXSize");
            Memory ptx = new Memory(bytes.getValue());
            check(nvrtc.nvrtcGetPTX(created, ptx), "nvrtcGetPTX");
            return ptx;
        } finally {
            nvrtc.nvrtcDestroyProgram(program);
        }
    }

    private static String log(Functions nvrtc, Pointer program) {
        LongByReference bytes = new LongByReference();
        check(nvrtc.nvrtcGetProgramLogSize(program, bytes), "nvrtcGetProgramLogSize");
        try (Memory log = new Memory(Math.max(1, bytes.getValue()))) {
            check(nvrtc.nvrtcGetProgramLog(program, log), "nvrtcGetProgramLog");
            return log.getString(0);
        }
    }

    private static Functions load() {
        UnsatisfiedLinkError missing = new UnsatisfiedLinkError("NVRTC not found, tried " + NAMES);
        List<String> names = new ArrayList<>(NAMES);
        names.addAll(besideLibtorch());
        for (String name : names) {
            try {
                return Native.load(name, Functions.class);
            } catch (UnsatisfiedLinkError e) {
                missing.addSuppressed(e);
            }
        }
        throw missing;
    }

    /** Returns the compilers in the folder of libtorch, where archives have them by other names. */
    private static List<String> besideLibtorch() {
        try (Stream<Path> files = Files.list(TorchNatives.loadedFrom())) {
            return files.filter(file -> FILE.matcher(file.getFileName().toString()).matches())
                    .map(Path::toString)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static void check(int code, String function) {
        if (code != 0) {
            throw new LimeException("[cuda] " + function + " failed with NVRTC error " + code);
        }
    }
}
