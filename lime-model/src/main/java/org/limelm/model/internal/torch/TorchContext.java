package org.limelm.model.internal.torch;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.Optional;
import org.limelm.core.LimeException;

/**
 * Settings of libtorch that apply to the whole process: those of {@code at::Context}, which no
 * operator and no function of the C API sets. The functions are called by their C++ names, as
 * exported by libtorch 2.7 for Linux and macOS.
 */
public final class TorchContext {
    private static final String CONTEXT = "_ZN2at13globalContextEv";
    private static final String SET_DETERMINISTIC = "_ZN2at7Context26setDeterministicAlgorithmsEbb";
    private static final String IS_DETERMINISTIC = "_ZNK2at7Context23deterministicAlgorithmsEv";
    private static final String SET_FILL =
            "_ZN2at7Context39setDeterministicFillUninitializedMemoryEb";
    private static final String SET_TF32 = "_ZN2at7Context18setAllowTF32CuBLASEb";
    private static final String IS_TF32 = "_ZNK2at7Context15allowTF32CuBLASEv";
    private static final int BOOL = 0xFF; // a C++ bool is one byte of the result

    private TorchContext() {}

    /**
     * Selects deterministic algorithms: operators use one if there is one, and fail otherwise. New
     * arrays are not filled, unlike in PyTorch.
     *
     * @throws LimeException if this libtorch does not export the functions
     */
    public static void setDeterministic(boolean on) {
        set(SET_FILL, false);
        set(SET_DETERMINISTIC, on, false); // fail, do not only warn
    }

    /** Returns whether deterministic algorithms are selected. */
    public static boolean isDeterministic() {
        return get(IS_DETERMINISTIC);
    }

    /**
     * Allows or forbids TF32 in products of float32 matrices on a GPU.
     *
     * @throws LimeException if this libtorch does not export the functions
     */
    public static void setTf32(boolean on) {
        set(SET_TF32, on);
    }

    /** Returns whether TF32 is allowed. */
    public static boolean isTf32() {
        return get(IS_TF32);
    }

    private static void set(String name, Boolean... values) {
        Object[] arguments = new Object[1 + values.length];
        arguments[0] = context();
        System.arraycopy(values, 0, arguments, 1, values.length);
        function(name).invokeVoid(arguments);
    }

    /**
     * Returns a setting; false, its default, if this libtorch has no function that could change it.
     */
    private static boolean get(String name) {
        Optional<Function> getter = find(name);
        return getter.isPresent() && (getter.get().invokeInt(new Object[] {context()}) & BOOL) != 0;
    }

    private static Pointer context() {
        return function(CONTEXT).invokePointer(new Object[0]);
    }

    private static Function function(String name) {
        return find(name)
                .orElseThrow(
                        () ->
                                new LimeException(
                                        "[libtorch] "
                                                + library()
                                                + " does not export "
                                                + name
                                                + ", which training.deterministic and"
                                                + " training.tf32 need. Hint: use libtorch 2.7.1"
                                                + " for Linux, or set both to false"));
    }

    private static Optional<Function> find(String name) {
        try {
            return Optional.of(NativeLibrary.getInstance(library()).getFunction(name));
        } catch (UnsatisfiedLinkError e) {
            return Optional.empty();
        }
    }

    private static String library() {
        return TorchNatives.loadedFrom().resolve(System.mapLibraryName("torch_cpu")).toString();
    }
}
