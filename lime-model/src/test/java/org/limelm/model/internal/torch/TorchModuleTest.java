package org.limelm.model.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TorchModuleTest {
    private static final String SOURCE =
            """
            def twice(self, x: Tensor) -> Tensor:
                return x * 2

            def scaled(self, x: Tensor, factor: float, times: int, name: str) -> List[Tensor]:
                return [x * factor * times] if name == "both" else annotate(List[Tensor], [])

            def gradient_of_square(self, x: Tensor) -> Tensor:
                y = torch.sum(x * x)
                return torch._unwrap_optional(torch.grad([y], [x])[0])

            def count(self, xs: List[Tensor]) -> int:
                return len(xs)
            """;

    @Test
    void functionsAreCalledByNameWithArraysAndScalars() {
        TorchModule module = TorchModule.compile(SOURCE);
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray x = manager.create(new float[] {1, -2});
            assertThat(module.call(manager, "twice", x).toFloatArray()).containsExactly(2, -4);
            NDList scaled = module.callForList(manager, "scaled", x, 0.5, 3L, "both");
            assertThat(scaled.singletonOrThrow().toFloatArray()).containsExactly(1.5f, -3);
            assertThat(module.callForList(manager, "scaled", x, 0.5, 3, "none")).isEmpty();
        }
    }

    @Test
    void autogradIsRecordedOnlyWhenRequested() {
        TorchModule module = TorchModule.compile(SOURCE);
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray x = manager.create(new float[] {1, -2});
            x.setRequiresGradient(true);
            boolean before = JniUtils.isGradMode();
            assertThat(module.recordForList(manager, "gradient_of_square", x).get(0).toFloatArray())
                    .containsExactly(2, -4);
            assertThatThrownBy(() -> module.call(manager, "gradient_of_square", x))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("does not require grad");
            assertThat(JniUtils.isGradMode()).isEqualTo(before);
        }
    }

    @Test
    void compilationErrorsShowTheSourceLine() {
        assertThatThrownBy(
                        () ->
                                TorchModule.compile(
                                        "def f(self, x: Tensor) -> Tensor:\n    return x + y\n"))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("undefined value y")
                .hasMessageContaining("return x + y");
    }

    @Test
    void unsupportedArgumentsAreRejected() {
        try (NDManager manager = NDManager.newBaseManager()) {
            TorchModule module = TorchModule.compile(SOURCE);
            assertThatThrownBy(() -> module.call(manager, "twice", 'x'))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "[kernel twice] unsupported argument type java.lang.Character");
        }
    }

    @Test
    void callsLeakNothing() {
        TorchModule module = TorchModule.compile(SOURCE);
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray x = manager.create(new float[] {1, -2});
            int before = manager.getManagedArrays().size();
            module.call(manager, "twice", x);
            module.callForList(manager, "count", List.of(x, x));
            assertThat(manager.getManagedArrays()).hasSize(before + 1);
        }
    }

    @Test
    void kernelsAreCompiledOnceAndShared() throws Exception {
        Kernels kernels = Kernels.of(Kernels.class, "tensor");
        CompletableFuture<TorchModule> other = CompletableFuture.supplyAsync(kernels::load);
        assertThat(kernels.load()).isSameAs(other.get()).isNotSameAs(Kernels.TENSOR.load());
        Kernels absent = Kernels.TENSOR.with(Kernels.class, "absent");
        assertThatThrownBy(absent::load)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(
                        "absent.py not found in the package of " + Kernels.class.getName());
    }
}
