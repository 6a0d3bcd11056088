package org.limelm.model.machine;

import com.sun.jna.Function;
import java.util.ArrayList;
import java.util.List;
import org.limelm.model.machine.Assembler.Label;

/**
 * The code of a step that reads so many rows through all layers: one function per thread, with all
 * sizes and the addresses of all weights in its instructions.
 */
final class StepCode implements AutoCloseable {
    private final CodeMemory memory;
    private final List<Function> functions;

    private StepCode(CodeMemory memory, List<Label> starts) {
        this.memory = memory;
        functions = starts.stream().map(start -> memory.function(start.position())).toList();
    }

    /**
     * Writes the code.
     *
     * @param rows read at once
     * @param head whether logits are wanted
     * @throws org.limelm.core.LimeException if the system allows no new code
     */
    static StepCode write(
            StepShape shape, Workspace space, StepWeights weights, int rows, boolean head) {
        StepWriter writer = new StepWriter(shape, space, weights, rows, head);
        List<Label> starts = new ArrayList<>();
        for (int thread = 0; thread < shape.threads(); thread++) {
            starts.add(writer.function(thread));
        }
        return new StepCode(CodeMemory.of(writer.assemble()), starts);
    }

    /** Returns the functions, one per thread; they take the workspace's address. */
    List<Function> functions() {
        return functions;
    }

    /** Frees the code: no thread may be in it. */
    @Override
    public void close() {
        memory.close();
    }
}
