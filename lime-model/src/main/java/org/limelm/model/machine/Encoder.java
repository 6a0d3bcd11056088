package org.limelm.model.machine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of code and how instructions become bytes: prefixes, operands, distances of jumps. The
 * source is Intel's Software Developer's Manual, volume 2, sections 2.1 to 2.7. In all methods reg
 * is the register that an instruction names in its ModR/M byte beside the operand r/m.
 */
final class Encoder {
    private final ByteArrayOutputStream code = new ByteArrayOutputStream();
    private final List<Jump> jumps = new ArrayList<>();

    private record Jump(int from, Assembler.Label to) {}

    /** Returns the number of bytes so far. */
    int size() {
        return code.size();
    }

    /**
     * Returns the code, jumps filled in.
     *
     * @throws IllegalStateException if a jump's label was not bound
     */
    byte[] assemble() {
        byte[] bytes = code.toByteArray();
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (Jump jump : jumps) {
            if (jump.to.position() < 0) {
                throw new IllegalStateException("[assembler] a jump to a label without a place");
            }
            buffer.putInt(jump.from, jump.to.position() - (jump.from + 4));
        }
        return bytes;
    }

    /** An EVEX instruction of three vector registers. */
    void vector(VectorOp op, int width, int reg, int a, int b) {
        evex(op, width, false, reg, a, (b >> 4 & 1) == 0, (b >> 3 & 1) == 0);
        code.write(0xc0 | (reg & 7) << 3 | (b & 7));
    }

    /**
     * An EVEX instruction of two vector registers and memory.
     *
     * @param scalar whether one float32 there is for all lanes
     * @param scale by which the encoding divides a displacement of one byte
     */
    void memory(VectorOp op, int width, boolean scalar, int reg, int a, Gpr.Memory b, int scale) {
        evex(op, width, scalar, reg, a, true, b.base().high() == 0);
        operand(reg, b, scale);
    }

    private void evex(
            VectorOp op, int width, boolean scalar, int reg, int a, boolean x, boolean b) {
        code.write(0x62);
        code.write(
                (~reg >> 3 & 1) << 7
                        | (x ? 0x40 : 0)
                        | (b ? 0x20 : 0)
                        | (~reg >> 4 & 1) << 4
                        | op.map);
        code.write(op.wide() << 7 | (~a & 15) << 3 | 4 | op.prefix);
        code.write(width << 5 | (scalar ? 0x10 : 0) | (~a >> 4 & 1) << 3);
        code.write(op.code);
    }

    /**
     * Writes ModR/M, SIB and displacement.
     *
     * @param scale by which the encoding divides a displacement of one byte
     */
    void operand(int reg, Gpr.Memory memory, int scale) {
        int base = memory.base().low();
        boolean small =
                memory.bytes() % scale == 0
                        && memory.bytes() / scale == (byte) (memory.bytes() / scale);
        code.write((small ? 0x40 : 0x80) | (reg & 7) << 3 | base);
        if (base == 4) { // rsp and r12 need a second byte
            code.write(0x24);
        }
        if (small) {
            code.write(memory.bytes() / scale);
        } else {
            four(memory.bytes());
        }
    }

    /** An instruction of a general register, or an extension of its code, and memory. */
    void withMemory(int opcode, int reg, Gpr.Memory memory) {
        rex(reg, memory.base().number);
        code.write(opcode);
        operand(reg, memory, 1);
    }

    /** An instruction of two general registers. */
    void registers(int opcode, Gpr reg, Gpr rm) {
        rex(reg.number, rm.number);
        bytes(opcode, 0xc0 | reg.low() << 3 | rm.low());
    }

    /** Arithmetic with four bytes in the instruction. */
    void immediate(int operation, Gpr register, int value) {
        rex(0, register.number);
        bytes(0x81, 0xc0 | operation << 3 | register.low());
        four(value);
    }

    /** Push or pop. */
    void stack(int opcode, Gpr register) {
        if (register.high() > 0) {
            code.write(0x41);
        }
        code.write(opcode | register.low());
    }

    /** The prefix of instructions with 64 bits, and the fourth bits of two registers. */
    void rex(int reg, int rm) {
        code.write(0x48 | (reg >> 3) << 2 | rm >> 3);
    }

    /** The distance to a label, known in the end. */
    void target(Assembler.Label to) {
        jumps.add(new Jump(code.size(), to));
        four(0);
    }

    void four(int value) {
        bytes(value, value >> 8, value >> 16, value >> 24);
    }

    void bytes(int... values) {
        for (int value : values) {
            code.write(value);
        }
    }
}
