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
 * The routines that a step's code calls, each written by one method. All find the workspace at RBP;
 * what else they take is said with each, and any register but RBP and RSP may be changed.
 */
final class StepRoutines {
    private static final int SPINS = 20_000;
    private static final int SCHED_YIELD = 24; // Linux's number of the call
    private static final int UNROLL = 4;
    private static final int SUMS = 24; // registers 0 to 23 of `product`
    private static final int AHEAD = 2048; // bytes
    private static final int SWAP_PAIRS = 0xb1;
    private static final int SWAP_HALVES = 0x4e;

    private final Assembler asm;
    private final StepShape shape;
    private final Workspace space;
    private final int rows;

    StepRoutines(Assembler asm, StepShape shape, Workspace space, int rows) {
        this.asm = asm;
        this.shape = shape;
        this.space = space;
        this.rows = rows;
    }

    /**
     * Arrives and waits until there were RAX arrivals. A thread that waits long lets others have
     * its core.
     */
    void barrier() {
        Memory arrivals = RBP.at(Workspace.ARRIVALS);
        Label done = new Label();
        asm.atomicIncrement(arrivals);
        asm.move(R8, RAX);
        Label again = asm.here();
        asm.move(RCX, SPINS);
        Label look = asm.here();
        asm.compare(arrivals, R8);
        asm.jumpIfNotBelow(done);
        asm.pause();
        asm.subtract(RCX, 1);
        asm.jumpIfNotZero(look);
        asm.move(RAX, SCHED_YIELD);
        asm.systemCall();
        asm.jump(again);
        asm.bind(done);
        asm.ret();
    }

    /** The RCX vectors at RAX, times the scale of tokens, to RDI. */
    void embed() {
        Label next = asm.here();
        asm.load(0, RAX.at(0));
        asm.vectorScalar(VectorOp.MUL, 0, 0, space.constant(Constant.TOKEN_SCALE));
        asm.store(Assembler.Z, RDI.at(0), 0);
        advance(RAX, RDI);
        again(RCX, next);
        asm.ret();
    }

    /** Adds the RCX vectors at RAX to those at RDI. */
    void addTable() {
        Label next = asm.here();
        asm.load(0, RDI.at(0));
        asm.vector(VectorOp.ADD, 0, 0, RAX.at(0));
        asm.store(Assembler.Z, RDI.at(0), 0);
        advance(RAX, RDI);
        again(RCX, next);
        asm.ret();
    }

    private void advance(Gpr... pointers) {
        for (Gpr pointer : pointers) {
            asm.add(pointer, VECTOR);
        }
    }

    private void again(Gpr counter, Label label) {
        asm.subtract(counter, 1);
        asm.jumpIfNotZero(label);
    }

    /**
     * All rows of the stream to RDI, divided by the root of the sum of their squares and eps * D.
     */
    void normalize() {
        int vectors = shape.hidden() / LANES;
        int sums = vectors % UNROLL == 0 ? UNROLL : 1;
        asm.address(RSI, space.stream.row(0));
        asm.move(RCX, rows);
        Label row = asm.here();
        for (int i = 0; i < sums; i++) {
            asm.clear(i);
        }
        asm.move(RAX, RSI);
        asm.move(RDX, vectors / sums);
        Label square = asm.here();
        for (int i = 0; i < sums; i++) {
            asm.load(4 + i, RAX.at(i * VECTOR));
            asm.vector(VectorOp.ADD_PRODUCT, i, 4 + i, 4 + i);
        }
        asm.add(RAX, sums * VECTOR);
        again(RDX, square);
        for (int i = 1; i < sums; i++) {
            asm.vector(VectorOp.ADD, 0, 0, i);
        }
        allLanes(VectorOp.ADD, 0, 1);
        asm.vectorScalar(VectorOp.ADD, 0, 0, space.constant(Constant.EPSILON));
        asm.unary(VectorOp.SQRT, Assembler.Z, 0, 0);
        asm.broadcast(1, space.constant(Constant.ONE));
        asm.vector(VectorOp.DIV, 0, 1, 0);
        asm.move(RAX, RSI);
        asm.move(R8, RDI);
        asm.move(RDX, vectors);
        Label divide = asm.here();
        asm.vector(VectorOp.MUL, 1, 0, RAX.at(0));
        storeOperand(R8.at(0), 1);
        asm.add(RAX, VECTOR);
        asm.add(R8, LANES * shape.operandBytes());
        again(RDX, divide);
        asm.add(RSI, space.stream.stride());
        asm.add(RDI, space.unit(0).stride());
        again(RCX, row);
        asm.ret();
    }

    /** Joins the lanes of a register by an operation; all lanes get the result. */
    private void allLanes(VectorOp join, int register, int spare) {
        asm.upperHalf(Assembler.Z, spare, register);
        asm.vector(join, Assembler.Y, register, register, spare);
        asm.upperHalf(Assembler.Y, spare, register);
        asm.vector(join, Assembler.X, register, register, spare);
        asm.permute(Assembler.X, spare, register, SWAP_HALVES);
        asm.vector(join, Assembler.X, register, register, spare);
        asm.permute(Assembler.X, spare, register, SWAP_PAIRS);
        asm.vector(join, Assembler.X, register, register, spare);
        asm.unary(VectorOp.BROADCAST, Assembler.Z, register, register);
    }

    /** Stores sixteen values as matrices are multiplied with; the register may be changed. */
    private void storeOperand(Memory to, int register) {
        if (shape.bf16()) {
            asm.unary(VectorOp.TO_BF16, Assembler.Z, register, register);
            asm.store(Assembler.Y, to, register);
        } else {
            asm.store(Assembler.Z, to, register);
        }
    }

    /**
     * What a product is written for.
     *
     * @param blocks side by side
     * @param columns of the matrix
     * @param source stride of what is multiplied with it, in bytes
     * @param target stride of the results, in bytes
     * @param adds whether to the results instead of in their place
     */
    record Product(int blocks, int columns, int source, int target, boolean adds) {}

    /**
     * Multiplies all rows at RSI with blocks of a matrix at RDI, {@link Product#blocks} at once,
     * RCX times; results at RDX. Vectors' lanes are the matrix's rows, sums stay in registers.
     */
    void product(Product product) {
        int blocks = product.blocks();
        int sets = Math.max(1, Math.min(UNROLL, SUMS / (rows * blocks)));
        VectorOp multiply = shape.bf16() ? VectorOp.DOT_BF16 : VectorOp.ADD_PRODUCT;
        int steps = product.columns() * shape.operandBytes() / Float.BYTES;
        Label group = asm.here();
        for (int sum = 0; sum < sets * rows * blocks; sum++) {
            if (product.adds() && sum < rows * blocks) {
                asm.load(sum, RDX.at(sum / blocks * product.target() + sum % blocks * VECTOR));
            } else {
                asm.clear(sum);
            }
        }
        asm.move(RAX, RSI);
        asm.move(R10, steps / UNROLL);
        Label next = asm.here();
        for (int i = 0; i < UNROLL; i++) {
            for (int block = 0; block < blocks; block++) {
                int line = (i * blocks + block) * VECTOR;
                asm.load(SUMS + block, RDI.at(line));
                asm.prefetch(RDI.at(line + AHEAD));
            }
            for (int row = 0; row < rows; row++) {
                asm.broadcast(27, RAX.at(row * product.source() + i * Float.BYTES));
                for (int block = 0; block < blocks; block++) {
                    int sum = (i % sets * rows + row) * blocks + block;
                    asm.vector(multiply, sum, SUMS + block, 27);
                }
            }
        }
        asm.add(RDI, UNROLL * blocks * VECTOR);
        asm.add(RAX, UNROLL * Float.BYTES);
        again(R10, next);
        for (int sum = 0; sum < rows * blocks; sum++) {
            for (int set = 1; set < sets; set++) {
                asm.vector(VectorOp.ADD, sum, sum, set * rows * blocks + sum);
            }
            asm.store(
                    Assembler.Z,
                    RDX.at(sum / blocks * product.target() + sum % blocks * VECTOR),
                    sum);
        }
        asm.add(RDX, blocks * VECTOR);
        again(RCX, group);
        asm.ret();
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
        again(RBX, head);
        asm.ret();
    }

    /** (x, y) becomes (x cos - y sin, y cos + x sin), eight pairs. */
    private void turn(Memory from, Memory to, int turn) {
        asm.load(0, from);
        asm.permute(Assembler.Z, 1, 0, SWAP_PAIRS);
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
        again(RDX, query);
        asm.add(R14, RBP.at(Workspace.PLANE));
        asm.add(R15, RBP.at(Workspace.PLANE));
        again(RBX, head);
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
        again(RCX, four);
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
        allLanes(VectorOp.MAX, 0, 1);
        asm.clear(1);
        asm.move(RSI, R8);
        Label next = asm.here();
        asm.load(2, RSI.at(0));
        asm.vector(VectorOp.SUB, 2, 2, 0);
        exponential(4, 2, 3);
        asm.store(Assembler.Z, RSI.at(0), 4);
        asm.vector(VectorOp.ADD, 1, 1, 4);
        untilEndOfScores(next);
        allLanes(VectorOp.ADD, 1, 2);
        asm.broadcast(2, space.constant(Constant.ONE));
        asm.vector(VectorOp.DIV, 1, 2, 1);
    }

    private void untilEndOfScores(Label label) {
        asm.add(RSI, VECTOR);
        asm.compare(RSI, R11);
        asm.jumpIfBelow(label);
    }

    /**
     * to = e^x = 2^n e^(x - n ln 2), the last by its Taylor series: off by 1.2e-7 at most. Changes
     * x and n.
     */
    private void exponential(int to, int x, int n) {
        asm.vectorScalar(VectorOp.MAX, x, x, space.constant(Constant.LEAST_EXPONENT));
        asm.vectorScalar(VectorOp.MUL, n, x, space.constant(Constant.LOG2_E));
        asm.round(n, n);
        asm.vectorScalar(VectorOp.SUBTRACT_PRODUCT, x, n, space.constant(Constant.LN_2_HIGH));
        asm.vectorScalar(VectorOp.SUBTRACT_PRODUCT, x, n, space.constant(Constant.LN_2_LOW));
        asm.broadcast(to, space.constant(Constant.TAYLOR_6));
        for (Constant factor :
                new Constant[] {
                    Constant.TAYLOR_5,
                    Constant.TAYLOR_4,
                    Constant.TAYLOR_3,
                    Constant.TAYLOR_2,
                    Constant.ONE,
                    Constant.ONE
                }) {
            asm.vectorScalar(VectorOp.MULTIPLY_ADD, to, x, space.constant(factor));
        }
        asm.vector(VectorOp.SCALE, to, to, n);
    }

    /** Some positions at a time, so that sums do not wait for each other: registers 16 to 31. */
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
        again(RCX, next);
        for (int i = 0; i < vectors; i++) {
            for (int set = 1; set < sets; set++) {
                asm.vector(VectorOp.ADD, 16 + i, 16 + i, 16 + set * vectors + i);
            }
            asm.vector(VectorOp.MUL, 16 + i, 16 + i, 1);
            storeOperand(R13.at(i * LANES * shape.operandBytes()), 16 + i);
        }
    }

    /** RCX times: sixteen values of the gate at RSI, the same of up after them; result at RDI. */
    void gate() {
        Label next = asm.here();
        asm.load(0, RSI.at(0));
        if (shape.gelu()) {
            asm.vector(VectorOp.MUL, 1, 0, 0);
            asm.broadcast(2, space.constant(Constant.GELU_3));
            asm.vectorScalar(VectorOp.MULTIPLY_ADD, 2, 1, space.constant(Constant.GELU_1));
            asm.vector(VectorOp.MUL, 2, 2, 0);
        } else {
            asm.vectorScalar(VectorOp.MUL, 2, 0, space.constant(Constant.MINUS_ONE));
        }
        asm.vectorScalar(VectorOp.MIN, 2, 2, space.constant(Constant.LARGEST_EXPONENT));
        exponential(4, 2, 3);
        asm.vectorScalar(VectorOp.ADD, 4, 4, space.constant(Constant.ONE));
        asm.vector(VectorOp.DIV, 0, 0, 4);
        asm.vector(VectorOp.MUL, 0, 0, RSI.at(VECTOR));
        storeOperand(RDI.at(0), 0);
        asm.add(RSI, 2 * VECTOR);
        asm.add(RDI, LANES * shape.operandBytes());
        again(RCX, next);
        asm.ret();
    }
}
