package org.limelm.model.machine;

import static org.limelm.model.machine.Gpr.R12;
import static org.limelm.model.machine.Gpr.R13;
import static org.limelm.model.machine.Gpr.R14;
import static org.limelm.model.machine.Gpr.R15;
import static org.limelm.model.machine.Gpr.R8;
import static org.limelm.model.machine.Gpr.R9;
import static org.limelm.model.machine.Gpr.RAX;
import static org.limelm.model.machine.Gpr.RBP;
import static org.limelm.model.machine.Gpr.RBX;
import static org.limelm.model.machine.Gpr.RCX;
import static org.limelm.model.machine.Gpr.RDI;
import static org.limelm.model.machine.Gpr.RDX;
import static org.limelm.model.machine.Gpr.RSI;
import static org.limelm.model.machine.StepShape.LANES;
import static org.limelm.model.machine.StepShape.VECTOR;

import java.util.LinkedHashMap;
import java.util.Map;
import org.limelm.model.machine.Assembler.Label;
import org.limelm.model.machine.Gpr.Memory;
import org.limelm.model.machine.StepRoutines.Product;
import org.limelm.model.machine.StepShape.Run;

/**
 * Writes what every thread does in a step: its share of every matrix's rows and of the attention
 * heads, with the others waited for in between. Addresses go into registers, then a routine is
 * called; the routines follow the functions.
 */
final class StepWriter {
    private static final Gpr[] SAVED = {RBX, RBP, R12, R13, R14, R15};

    private final Assembler asm = new Assembler();
    private final Label barrier = new Label();
    private final Label embed = new Label();
    private final Label addTable = new Label();
    private final Label normalize = new Label();
    private final Label place = new Label();
    private final Label attend = new Label();
    private final Label gate = new Label();
    private final Map<Product, Label> products = new LinkedHashMap<>();
    private final StepShape shape;
    private final Workspace space;
    private final StepWeights weights;
    private final int rows;
    private final boolean head;
    private int barriers;

    StepWriter(StepShape shape, Workspace space, StepWeights weights, int rows, boolean head) {
        this.shape = shape;
        this.space = space;
        this.weights = weights;
        this.rows = rows;
        this.head = head;
    }

    /** Writes a thread's function and returns where it starts. */
    Label function(int thread) {
        Label start = asm.here();
        for (Gpr register : SAVED) {
            asm.push(register);
        }
        asm.move(RBP, RDI);
        barriers = 0;
        embed(thread);
        waitForAll();
        for (int layer = 0; layer < shape.layers(); layer++) {
            layer(thread, layer);
        }
        if (head) {
            normalize(thread);
            product(
                    new Factor(thread, 4 * shape.layers(), shape.vocabulary(), 1),
                    shape.hidden(),
                    space.normalized(thread),
                    space.logits, // (rows, D) to (rows, V)
                    false);
        }
        if (thread == 0) {
            waitForAll();
        } else {
            asm.atomicIncrement(RBP.at(Workspace.ARRIVALS)); // the first waits
        }
        asm.zeroUpperHalves();
        for (int i = SAVED.length - 1; i >= 0; i--) {
            asm.pop(SAVED[i]);
        }
        asm.ret();
        return start;
    }

    /** Stream (rows, D) to stream, as decode.py's `extend` does. */
    private void layer(int thread, int layer) {
        int width = shape.heads() * shape.headDim();
        normalize(thread);
        product(
                new Factor(thread, 4 * layer, shape.qkvRows(), 1),
                shape.hidden(),
                space.normalized(thread),
                space.qkv, // (rows, D) to (rows, (H+2K)·C)
                false);
        waitForAll();
        forShare(thread, (row, first, heads) -> place(layer, row, first, heads));
        waitForAll();
        forShare(thread, (row, first, heads) -> attend(thread, layer, row, first, heads));
        waitForAll();
        product(
                new Factor(thread, 4 * layer + 1, shape.hidden(), 1),
                width,
                space.attended,
                space.stream, // (rows, H·C) to (rows, D)
                true);
        waitForAll();
        normalize(thread);
        product(
                new Factor(thread, 4 * layer + 2, 2 * shape.ffn(), 2),
                shape.hidden(),
                space.normalized(thread),
                space.gateUp, // (rows, D) to (rows, 2F)
                false);
        gate(thread);
        waitForAll();
        product(
                new Factor(thread, 4 * layer + 3, shape.hidden(), 1),
                shape.ffn(),
                space.gated,
                space.stream, // (rows, F) to (rows, D)
                true);
        waitForAll();
    }

    private void waitForAll() {
        barriers++;
        asm.move(RAX, (long) barriers * shape.threads());
        asm.call(barrier);
    }

    private void embed(int thread) {
        for (int row = thread; row < rows; row += shape.threads()) {
            addRow(embed, weights.tokenTable(), Workspace.token(row), row);
            for (int table = 0; table < weights.tables().size(); table++) {
                addRow(addTable, weights.tables().get(table), Workspace.tag(table, row), row);
            }
        }
    }

    private void addRow(Label routine, long table, int index, int row) {
        asm.move(RAX, RBP.at(index));
        asm.multiply(RAX, shape.hidden() * Float.BYTES);
        asm.move(RCX, table);
        asm.add(RAX, RCX);
        asm.address(RDI, space.stream.row(row));
        asm.move(RCX, shape.hidden() / LANES);
        asm.call(routine);
    }

    private void normalize(int thread) {
        asm.address(RDI, space.normalized(thread).row(0));
        asm.call(normalize);
    }

    /**
     * A thread's share of a matrix.
     *
     * @param matrix its number
     * @param rows of the matrix
     * @param together blocks that stay with one thread
     */
    private record Factor(int thread, int matrix, int rows, int together) {}

    private void product(
            Factor factor,
            int columns,
            Workspace.Buffer source,
            Workspace.Buffer target,
            boolean adds) {
        long blockBytes = (long) columns * shape.operandBytes() * LANES;
        for (Run run : shape.runs(factor.rows, factor.together, factor.thread)) {
            asm.move(RDI, weights.matrices().get(factor.matrix) + run.first() * blockBytes);
            asm.address(RSI, source.row(0));
            asm.address(RDX, target.row(0).plus(run.first() * VECTOR));
            asm.move(RCX, run.count());
            Product product =
                    new Product(run.size(), columns, source.stride(), target.stride(), adds);
            asm.call(products.computeIfAbsent(product, key -> new Label()));
        }
    }

    private interface Heads {
        void use(int row, int first, int count);
    }

    /** Rows and key heads are shared like the things of a list, row by row. */
    private void forShare(int thread, Heads body) {
        int all = rows * shape.kvHeads();
        int end = shape.share(all, thread + 1);
        for (int item = shape.share(all, thread); item < end; ) {
            int row = item / shape.kvHeads();
            int count = Math.min(end, (row + 1) * shape.kvHeads()) - item;
            body.use(row, item % shape.kvHeads(), count);
            item += count;
        }
    }

    private void place(int layer, int row, int first, int heads) {
        int queries = first * shape.group() * shape.headBytes();
        Memory vectors = space.qkv.row(row);
        caches(layer, row, first);
        asm.move(RAX, RBP.at(Workspace.position(row)));
        asm.multiply(RAX, shape.headBytes());
        asm.add(R14, RAX);
        asm.add(R15, RAX);
        asm.move(RSI, weights.turns());
        asm.add(RSI, RAX);
        asm.address(R12, vectors.plus(queries));
        asm.address(R13, vectors.plus((shape.heads() + first) * shape.headBytes()));
        int values = shape.heads() + shape.kvHeads() + first;
        asm.address(RDI, vectors.plus(values * shape.headBytes()));
        asm.move(RBX, heads);
        asm.call(place);
    }

    private void attend(int thread, int layer, int row, int first, int heads) {
        int queries = first * shape.group();
        caches(layer, row, first);
        asm.move(R9, RBP.at(Workspace.position(row)));
        asm.add(R9, 1);
        asm.address(R8, space.scores(thread));
        asm.address(R12, space.qkv.row(row).plus(queries * shape.headBytes()));
        int width = shape.headDim() * shape.operandBytes();
        asm.address(R13, space.attended.row(row).plus(queries * width));
        asm.move(RBX, heads);
        asm.call(attend);
    }

    /** The keys at R14 and the values at R15. */
    private void caches(int layer, int row, int firstHead) {
        asm.move(R14, RBP.at(Workspace.PLANE));
        asm.multiply(R14, firstHead);
        asm.move(RCX, RBP.at(Workspace.LAYER));
        asm.multiply(RCX, 2 * layer);
        asm.add(R14, RCX);
        asm.add(R14, RBP.at(Workspace.keys(row)));
        asm.move(R15, R14);
        asm.add(R15, RBP.at(Workspace.LAYER));
    }

    private void gate(int thread) {
        int blocks = StepShape.blocks(shape.ffn());
        int first = shape.share(blocks, thread);
        int count = shape.share(blocks, thread + 1) - first;
        for (int row = 0; row < rows && count > 0; row++) {
            asm.address(RSI, space.gateUp.row(row).plus(2 * first * VECTOR));
            int width = LANES * shape.operandBytes();
            asm.address(RDI, space.gated.row(row).plus(first * width));
            asm.move(RCX, count);
            asm.call(gate);
        }
    }

    /** Writes the routines that the functions call, after all of these, and returns the code. */
    byte[] assemble() {
        StepRoutines routines = new StepRoutines(asm, shape, space, rows);
        write(barrier, routines::barrier);
        write(embed, routines::embed);
        write(addTable, routines::addTable);
        write(normalize, routines::normalize);
        AttentionRoutines attention = new AttentionRoutines(asm, shape, space);
        write(place, attention::place);
        write(attend, attention::attend);
        write(gate, routines::gate);
        products.forEach((product, label) -> write(label, () -> routines.product(product)));
        return asm.assemble();
    }

    private void write(Label label, Runnable routine) {
        asm.bind(label);
        routine.run();
    }
}
