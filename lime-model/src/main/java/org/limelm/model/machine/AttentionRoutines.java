package org.limelm.model.machine;

import static org.limelm.model.machine.Gpr.R10;
import static org.limelm.model.machine.Gpr.R11;
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

import org.limelm.model.machine.Assembler.Label;
import org.limelm.model.machine.Gpr.Memory;

/**
 * The routines of attention, called by a step's code as those of {@link StepRoutines} are: RBP
 * holds the workspace's address, any register but that and RSP may be changed.
 */
final class AttentionRoutines {
    private final Assembler asm;
    private final StepShape shape;
    private final VectorMath math;
    private final Workspace space;

    AttentionRoutines(Assembler asm, StepShape shape, Workspace space) {
        this.asm = asm;
        this.shape = shape;
        this.space = space;
        math = new VectorMath(asm, shape, space);
    }

    /**
     * Turns the queries at R12 and the keys at R13 of RBX heads by the cosines and sines at RSI,
     * the queries in place, the keys into the cache at R14; copies the values at RDI into that at
     * R15.
     */
    void place() {
        Label head = asm.here();
        for (int i = 0; i < shape.headBytes(); i += VECTOR) {
            turn(R13.at(i), R14.at(i), i);
            asm.load(0, RDI.at(i));
            asm.store(Assembler.Z, R15.at(i), 0);
        }
        for (int query = 0; query < shape.group(); query++) {
            for (int i = 0; i < shape.headBytes(); i += VECTOR) {
                Memory part = R12.at(query * shape.headBytes() + i);
                turn(part, part, i);
            }
        }
        asm.add(R12, shape.group() * shape.headBytes());
        asm.add(R13, shape.headBytes());
        asm.add(RDI, shape.headBytes());
        asm.add(R14, RBP.at(Workspace.PLANE));
        asm.add(R15, RBP.at(Workspace.PLANE));
        asm.countDown(RBX, head);
        asm.ret();
    }

    /** (x, y) becomes (x cos - y sin, y cos + x sin), eight pairs. */
    private void turn(Memory from, Memory to, int turn) {
        asm.load(0, from);
        asm.permute(Assembler.Z, 1, 0, VectorMath.SWAP_PAIRS);
        asm.load(2, RSI.at(turn));
        asm.unary(VectorOp.COPY_ODD, Assembler.Z, 3, 2);
        asm.unary(VectorOp.COPY_EVEN, Assembler.Z, 2, 2);
        asm.vector(VectorOp.MUL, 1, 1, 3);
        asm.vector(VectorOp.MULTIPLY_SUBTRACT_ADD, 0, 2, 1);
        asm.store(Assembler.Z, to, 0);
    }

    /**
     * Attention of RBX heads: the queries at R12, scaled, to the first R9 keys at R14 and values at
     * R15; results at R13, scores at R8.
     */
    void attend() {
        asm.move(R10, R9);
        asm.add(R10, 3);
        asm.shiftRight(R10, 2); // fours of positions; the cache has room for whole ones
        asm.move(R11, R9);
        asm.add(R11, LANES - 1);
        asm.and(R11, -LANES);
        asm.shiftLeft(R11, 2);
        asm.add(R11, R8); // the scores' end, whole vectors
        Label head = asm.here();
        asm.move(RDX, shape.group());
        Label query = asm.here();
        scores();
        softmax();
        weighValues();
        asm.add(R12, shape.headBytes());
        asm.add(R13, shape.headDim() * shape.operandBytes());
        asm.countDown(RDX, query);
        asm.add(R14, RBP.at(Workspace.PLANE));
        asm.add(R15, RBP.at(Workspace.PLANE));
        asm.countDown(RBX, head);
        asm.ret();
    }

    /** Four positions at a time, then minus infinity up to a whole vector. */
    private void scores() {
        asm.move(RAX, R14);
        asm.move(RSI, R8);
        asm.move(RCX, R10);
        Label four = asm.here();
        for (int i = 0; i < shape.headBytes(); i += VECTOR) {
            asm.load(4, R12.at(i));
            for (int position = 0; position < 4; position++) {
                asm.vector(
                        i == 0 ? VectorOp.MUL : VectorOp.ADD_PRODUCT,
                        position,
                        4,
                        RAX.at(position * shape.headBytes() + i));
            }
        }
        for (int position = 0; position < 4; position++) {
            asm.upperHalf(Assembler.Z, 5, position);
            asm.vector(VectorOp.ADD, Assembler.Y, position, position, 5);
            asm.upperHalf(Assembler.Y, 5, position);
            asm.vector(VectorOp.ADD, Assembler.X, position, position, 5);
        }
        asm.addNeighbours(0, 0, 1);
        asm.addNeighbours(2, 2, 3);
        asm.addNeighbours(0, 0, 2);
        asm.store(Assembler.X, RSI.at(0), 0);
        asm.add(RAX, 4 * shape.headBytes());
        asm.add(RSI, 4 * Float.BYTES);
        asm.countDown(RCX, four);
        asm.move(RSI, R9);
        asm.shiftLeft(RSI, 2);
        asm.add(RSI, R8);
        Label filled = new Label();
        Label fill = asm.here();
        asm.compare(RSI, R11);
        asm.jumpIfNotBelow(filled);
        asm.moveFour(RSI.at(0), Float.floatToRawIntBits(Float.NEGATIVE_INFINITY));
        asm.add(RSI, Float.BYTES);
        asm.jump(fill);
        asm.bind(filled);
    }

    /** Scores become e^(score - largest); register 1 gets one divided by their sum. */
    private void softmax() {
        asm.load(0, R8.at(0));
        asm.move(RSI, R8);
        Label largest = asm.here();
        asm.vector(VectorOp.MAX, 0, 0, RSI.at(0));
        untilEndOfScores(largest);
        math.allLanes(VectorOp.MAX, 0, 1);
        asm.clear(1);
        asm.move(RSI, R8);
        Label next = asm.here();
        asm.load(2, RSI.at(0));
        asm.vector(VectorOp.SUB, 2, 2, 0);
        math.exponential(4, 2, 3);
        asm.store(Assembler.Z, RSI.at(0), 4);
        asm.vector(VectorOp.ADD, 1, 1, 4);
        untilEndOfScores(next);
        math.allLanes(VectorOp.ADD, 1, 2);
        asm.broadcast(2, space.constant(Constant.ONE));
        asm.vector(VectorOp.DIV, 1, 2, 1);
    }

    private void untilEndOfScores(Label label) {
        asm.add(RSI, VECTOR);
        asm.compare(RSI, R11);
        asm.jumpIfBelow(label);
    }

    /**
     * Some positions at a time, so that sums do not wait for each other: registers 16 to 31. Up to
     * three after the last take part with a weight of 1e-38 at most.
     */
    private void weighValues() {
        int vectors = shape.headDim() / LANES;
        int sets = Math.max(1, Math.min(4, 8 / vectors));
        for (int sum = 0; sum < sets * vectors; sum++) {
            asm.clear(16 + sum);
        }
        asm.move(RAX, R15);
        asm.move(RSI, R8);
        asm.move(RCX, R10);
        Label next = asm.here();
        for (int position = 0; position < 4; position++) {
            asm.broadcast(2, RSI.at(position * Float.BYTES));
            for (int i = 0; i < vectors; i++) {
                asm.vector(
                        VectorOp.ADD_PRODUCT,
                        16 + position % sets * vectors + i,
                        2,
                        RAX.at(position * shape.headBytes() + i * VECTOR));
            }
        }
        asm.add(RAX, 4 * shape.headBytes());
        asm.add(RSI, 4 * Float.BYTES);
        asm.countDown(RCX, next);
        for (int i = 0; i < vectors; i++) {
            for (int set = 1; set < sets; set++) {
                asm.vector(VectorOp.ADD, 16 + i, 16 + i, 16 + set * vectors + i);
            }
            asm.vector(VectorOp.MUL, 16 + i, 16 + i, 1);
            math.storeOperand(R13.at(i * LANES * shape.operandBytes()), 16 + i);
        }
    }
}
