package org.limelm.model.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a barrier may hang
class StepThreadsTest {
    /** A thread that has no function to call ends its job with an error, as one without memory. */
    @Test
    void aThreadThatFailsDoesNotHoldUpTheOthers() {
        assumeTrue(Processor.ofThisMachine().hasAvx512(), "no processor with AVX-512");
        try (CodeMemory code = CodeMemory.of(waitForTwo());
                StepThreads threads = new StepThreads(2);
                Memory workspace = new Memory(Long.BYTES)) {
            Function function = code.function(0);
            workspace.setLong(Workspace.ARRIVALS, 0);
            assertThatThrownBy(() -> threads.run(List.of(function), workspace))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("a thread failed")
                    .hasCauseInstanceOf(IndexOutOfBoundsException.class);
            workspace.setLong(Workspace.ARRIVALS, 0);
            threads.run(List.of(function, function), workspace);
            assertThat(workspace.getLong(Workspace.ARRIVALS)).isEqualTo(2);
        }
    }

    /** Returns a function that comes to a barrier of two threads. */
    private static byte[] waitForTwo() {
        Assembler asm = new Assembler();
        Assembler.Label barrier = new Assembler.Label();
        asm.push(Gpr.RBP);
        asm.move(Gpr.RBP, Gpr.RDI);
        asm.move(Gpr.RAX, 2);
        asm.call(barrier);
        asm.pop(Gpr.RBP);
        asm.ret();
        asm.bind(barrier);
        StepShape shape = StepShapeTest.shape(2, 64);
        new StepRoutines(asm, shape, new Workspace(shape), 1).barrier();
        return asm.assemble();
    }
}
