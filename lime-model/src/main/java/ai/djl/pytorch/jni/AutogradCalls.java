package ai.djl.pytorch.jni;

import java.util.Arrays;
import org.jspecify.annotations.NullMarked;

/**
 * The one door that DJL keeps closed: running a method of a TorchScript module so that automatic
 * differentiation records it. DJL's public calls run methods other than {@code forward} in
 * inference mode, and {@link PyTorchLibrary} is visible in this package only.
 */
@NullMarked
public final class AutogradCalls {
    private AutogradCalls() {}

    /**
     * Runs a method. Unless it is in inference mode, the calling thread's grad mode decides whether
     * it is recorded.
     *
     * @param module handle of a loaded module
     * @param inference whether nothing is prepared for differentiation, of views neither
     * @param method name of the method
     * @param inputs its arguments; they stay the caller's
     * @return its result, the caller's to close
     */
    public static IValue run(long module, boolean inference, String method, IValue... inputs) {
        long[] handles = Arrays.stream(inputs).mapToLong(IValue::getHandle).toArray();
        return new IValue(
                PyTorchLibrary.LIB.moduleRunMethod(module, method, handles, !inference, false));
    }
}
