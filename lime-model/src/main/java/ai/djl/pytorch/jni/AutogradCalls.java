package ai.djl.pytorch.jni;

import java.util.Arrays;
import org.jspecify.annotations.NullMarked;

/**
 * Runs methods of a TorchScript module recorded by automatic differentiation. DJL's public API runs
 * methods other than {@code forward} in inference mode, and {@link PyTorchLibrary} is
 * package-private.
 */
@NullMarked
public final class AutogradCalls {
    private AutogradCalls() {}

    /**
     * Runs a method. Outside inference mode, the calling thread's grad mode decides whether it is
     * recorded.
     *
     * @param module handle of a loaded module
     * @param inference whether to run in inference mode, without any autograd bookkeeping
     * @param method name of the method
     * @param inputs its arguments, still owned by the caller
     * @return its result, to be closed by the caller
     */
    public static IValue run(long module, boolean inference, String method, IValue... inputs) {
        long[] handles = Arrays.stream(inputs).mapToLong(IValue::getHandle).toArray();
        return new IValue(
                PyTorchLibrary.LIB.moduleRunMethod(module, method, handles, !inference, false));
    }
}
