package org.limelm.model.machine;

import static org.limelm.model.machine.Gpr.R10;
import static org.limelm.model.machine.Gpr.R8;
import static org.limelm.model.machine.Gpr.RAX;
import static org.limelm.model.machine.Gpr.RBP;
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

    private final Assembler asm;
    private final StepShape shape;
    private final Workspace space;
    private final VectorMath math;
    private final int rows;

    StepRoutines(Assembler asm, StepShape shape, Workspace space, int rows) {
        this.asm = asm;
        this.shape = shape;
        this.space = space;
        this.rows = rows;
        math = new VectorMath(asm, shape, space);
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
        asm.countDown(RCX, next);
        asm.ret();
    }

    /** Adds the RCX vectors at RAX to those at RDI. */
    void addTable() {
        Label next = asm.here();
        asm.load(0, RDI.at(0));
        asm.vector(VectorOp.ADD, 0, 0, RAX.at(0));
        asm.store(Assembler.Z, RDI.at(0), 0);
        advance(RAX, RDI);
        asm.countDown(RCX, next);
        asm.ret();
    }

    private void advance(Gpr... pointers) {
        for (Gpr pointer : pointers) {
            asm.add(pointer, VECTOR);
        }
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
        asm.countDown(RDX, square);
        for (int i = 1; i < sums; i++) {
            asm.vector(VectorOp.ADD, 0, 0, i);
        }
        math.allLanes(VectorOp.ADD, 0, 1);
        asm.vectorScalar(VectorOp.ADD, 0, 0, space.constant(Constant.EPSILON));
        asm.unary(VectorOp.SQRT, Assembler.Z, 0, 0);
        asm.broadcast(1, space.constant(Constant.ONE));
        asm.vector(VectorOp.DIV, 0, 1, 0);
        asm.move(RAX, RSI);
        asm.move(R8, RDI);
        asm.move(RDX, vectors);
        Label divide = asm.here();
        asm.vector(VectorOp.MUL, 1, 0, RAX.at(0));
        math.storeOperand(R8.at(0), 1);
        asm.add(RAX, VECTOR);
        asm.add(R8, LANES * shape.operandBytes());
        asm.countDown(RDX, divide);
        asm.add(RSI, space.stream.stride());
        asm.add(RDI, space.normalized(0).stride());
        asm.countDown(RCX, row);
        asm.ret();
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
        asm.countDown(R10, next);
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
        asm.countDown(RCX, group);
        asm.ret();
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
        math.exponential(4, 2, 3);
        asm.vectorScalar(VectorOp.ADD, 4, 4, space.constant(Constant.ONE));
        asm.vector(VectorOp.DIV, 0, 0, 4);
        asm.vector(VectorOp.MUL, 0, 0, RSI.at(VECTOR));
        math.storeOperand(RDI.at(0), 0);
        asm.add(RSI, 2 * VECTOR);
        asm.add(RDI, LANES * shape.operandBytes());
        asm.countDown(RCX, next);
        asm.ret();
    }
}
