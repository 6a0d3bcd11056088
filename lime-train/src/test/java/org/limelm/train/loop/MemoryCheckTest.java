package org.limelm.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.LimeException;
import org.limelm.train.config.RunConfig;

class MemoryCheckTest {
    private final MemoryCheck check = new MemoryCheck(RunConfig.defaults());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA out of memory. Tried to allocate 2.00 GiB.\nmore",
                "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9"
            })
    void outOfMemoryErrorsNameTheKeysToChange(String message) {
        EngineException cause = new EngineException(message);
        assertThatThrownBy(() -> check.during("a training step", () -> fail(cause)))
                .isInstanceOf(LimeException.class)
                .hasMessageStartingWith("[memory] a training step does not fit into memory: ")
                .hasMessageContaining(message.lines().findFirst().orElseThrow())
                .hasMessageNotContaining("\n")
                .hasMessageContaining("training.batchSize, now 16")
                .hasCause(cause);
    }

    @Test
    void theLineThatTellsTheCauseIsShown() {
        EngineException cause =
                new EngineException(
                        "The following operation failed in the TorchScript interpreter.\nTraceback\n"
                                + "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB.");
        assertThatThrownBy(() -> check.during("a training step", () -> fail(cause)))
                .hasMessageContaining("into memory: RuntimeError: CUDA out of memory. Tried")
                .hasMessageNotContaining("interpreter");
    }

    @Test
    void otherErrorsAreUnchanged() {
        EngineException cause = new EngineException("shape mismatch");
        assertThatThrownBy(() -> check.during("a training step", () -> fail(cause)))
                .isSameAs(cause);
    }

    @Test
    void successfulWorkReturnsItsResult() {
        assertThat(check.during("a training step", () -> 3)).isEqualTo(3);
    }

    private static int fail(EngineException cause) {
        throw cause;
    }
}
