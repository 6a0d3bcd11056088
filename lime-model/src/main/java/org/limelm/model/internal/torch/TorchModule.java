package org.limelm.model.internal.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.AutogradCalls;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A set of TorchScript functions, called by name with arrays, lists of arrays and scalars.
 *
 * <p>Gives access to libtorch's fused operators and automatic differentiation. The functions are
 * compiled from source, see {@link Kernels}. All weights are arguments, so a module is stateless
 * and thread-safe. Results are owned by the manager passed to the call; everything else is freed
 * before the call returns.
 */
public final class TorchModule {
    private final long handle;

    private TorchModule(long handle) {
        this.handle = handle;
    }

    /**
     * Compiles TorchScript source.
     *
     * @param source top-level functions, each with {@code self} as its first parameter, and the
     *     types they reference as {@code __torch__.NAME}, such as named tuples
     * @throws ai.djl.engine.EngineException if compilation fails; the message shows the offending
     *     line
     */
    public static TorchModule compile(String source) {
        Engine.getEngine("PyTorch"); // loads the native library before JniUtils
        JniUtils.setGraphExecutorOptimize(false); // the optimizer only costs slow first calls
        try (InputStream archive = new ByteArrayInputStream(TorchArchive.of(source))) {
            return new TorchModule(JniUtils.loadModuleHandle(archive, Device.cpu(), true, false));
        } catch (IOException e) {
            throw new UncheckedIOException("Reading from memory does not fail", e);
        }
    }

    /** Runs a function without recording it and returns its single result array. */
    public NDArray call(NDManager scope, String method, Object... arguments) {
        return run(scope, false, method, arguments).singletonOrThrow();
    }

    /** Runs a function without recording it and returns its arrays, if any. */
    public NDList callForList(NDManager scope, String method, Object... arguments) {
        return run(scope, false, method, arguments);
    }

    /** Runs a function recorded for differentiation and returns its arrays. */
    public NDList recordForList(NDManager scope, String method, Object... arguments) {
        return run(scope, true, method, arguments);
    }

    /**
     * Runs a function in inference mode and returns its single array, which cannot take part in
     * differentiation. Operators have less overhead than in {@link #call}; short ones take half the
     * time.
     */
    public NDArray infer(NDManager scope, String method, Object... arguments) {
        try (IValue result = run(false, true, method, arguments)) {
            return arrays((PtNDManager) scope, result).singletonOrThrow();
        }
    }

    /** Runs a function in inference mode like {@link #infer} and returns its arrays. */
    public NDList inferList(NDManager scope, String method, Object... arguments) {
        try (IValue result = run(false, true, method, arguments)) {
            return arrays((PtNDManager) scope, result);
        }
    }

    /** Runs a function in inference mode and keeps its result outside the Java heap. */
    public TorchValue inferValue(String method, Object... arguments) {
        return new TorchValue(run(false, true, method, arguments));
    }

    private NDList run(NDManager scope, boolean grad, String method, Object... arguments) {
        try (IValue result = run(grad, false, method, arguments)) {
            return arrays((PtNDManager) scope, result);
        }
    }

    private IValue run(boolean grad, boolean inference, String method, Object... arguments) {
        IValue[] inputs = new IValue[arguments.length];
        boolean gradBefore = JniUtils.isGradMode();
        try {
            for (int i = 0; i < arguments.length; i++) {
                inputs[i] = toIValue(method, arguments[i]);
            }
            JniUtils.setGradMode(grad);
            JniUtils.setGraphExecutorOptimize(false); // this setting is per thread
            return AutogradCalls.run(handle, inference, method, inputs);
        } finally {
            JniUtils.setGradMode(gradBefore);
            for (int i = 0; i < inputs.length; i++) {
                if (inputs[i] != null && !(arguments[i] instanceof TorchValue)) {
                    inputs[i].close();
                }
            }
        }
    }

    private static IValue toIValue(String method, Object value) {
        if (value instanceof TorchValue kept) {
            return kept.value();
        }
        if (value instanceof PtNDArray array) {
            return IValue.from(array);
        }
        if (value instanceof List<?> list) { // including NDList
            return IValue.listFrom(
                    list.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
        }
        if (value instanceof long[] numbers) {
            return IValue.listFrom(numbers);
        }
        if (value instanceof Boolean flag) {
            return IValue.from(flag);
        }
        if (value instanceof Integer number) {
            return IValue.from(number.longValue());
        }
        if (value instanceof Long number) {
            return IValue.from(number.longValue());
        }
        if (value instanceof Double number) {
            return IValue.from(number.doubleValue());
        }
        if (value instanceof String text) {
            return IValue.from(text);
        }
        throw new IllegalArgumentException(
                "[kernel " + method + "] unsupported argument type " + value.getClass().getName());
    }

    private static NDList arrays(PtNDManager scope, IValue result) {
        if (result.isTensor()) {
            return new NDList(result.toTensor(scope));
        }
        if (result.isTensorList()) {
            return new NDList(result.toTensorArray(scope));
        }
        return new NDList(); // a function that works in place
    }
}
