package org.limelm.model.machine;

import org.limelm.model.machine.Gpr.Memory;

/** What several routines do with vectors, written where it is needed. */
final class VectorMath {
    /** Orders of four lanes: 1, 0, 3, 2 and 2, 3, 0, 1. */
    static final int SWAP_PAIRS = 0xb1;

    private static final int SWAP_HALVES = 0x4e;

    private final Assembler asm;
    private final StepShape shape;
    private final Workspace space;

    VectorMath(Assembler asm, StepShape shape, Workspace space) {
        this.asm = asm;
        this.shape = shape;
        this.space = space;
    }

    /** Joins the lanes of a register by an operation; all lanes get the result. */
    void allLanes(VectorOp join, int register, int spare) {
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
    void storeOperand(Memory to, int register) {
        if (shape.bf16()) {
            asm.unary(VectorOp.TO_BF16, Assembler.Z, register, register);
            asm.store(Assembler.Y, to, register);
        } else {
            asm.store(Assembler.Z, to, register);
        }
    }

    /**
     * to = e^x = 2^n e^(x - n ln 2), the last by its Taylor series up to the sixth power, of which
     * the rest is below 1.7e-7. Changes x and n.
     */
    void exponential(int to, int x, int n) {
        asm.broadcast(n, space.constant(Constant.LEAST_EXPONENT));
        asm.vector(VectorOp.MAX, x, n, x); // in this order, NaN remains
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
}
