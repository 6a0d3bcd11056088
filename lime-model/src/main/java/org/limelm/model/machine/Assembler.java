package org.limelm.model.machine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes x86-64 instructions, each method one. Vector registers are numbers from 0 to 31, vectors
 * of float32 of 512 bits unless a width is given. The source of the encodings is Intel's Software
 * Developer's Manual, volume 2, sections 2.1 to 2.7.
 */
final class Assembler {
    static final int X = 0;
    static final int Y = 1;
    static final int Z = 2;

    private static final int NO_REGISTER = 0;

    private final ByteArrayOutputStream code = new ByteArrayOutputStream();
    private final List<Jump> jumps = new ArrayList<>();

    /** A place in the code, known once {@link #bind} was called. */
    static final class Label {
        private int position = -1;
    }

    private record Jump(int from, Label to) {}

    /** Returns a label for what comes next. */
    Label here() {
        Label label = new Label();
        bind(label);
        return label;
    }

    void bind(Label label) {
        label.position = code.size();
    }

    /** Returns a label's distance from the beginning of the code, in bytes. */
    int position(Label label) {
        return label.position;
    }

    /** Returns the code, jumps filled in. */
    byte[] assemble() {
        byte[] bytes = code.toByteArray();
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (Jump jump : jumps) {
            if (jump.to.position < 0) {
                throw new IllegalStateException("[assembler] a jump to a label without a place");
            }
            buffer.putInt(jump.from, jump.to.position - (jump.from + 4));
        }
        return bytes;
    }

    // Vectors

    void vector(VectorOp op, int to, int a, int b) {
        vector(op, Z, to, a, b);
    }

    void vector(VectorOp op, int width, int to, int a, int b) {
        evex(op, width, false, to, a, (b >> 4 & 1) == 0, (b >> 3 & 1) == 0);
        code.write(0xc0 | (to & 7) << 3 | (b & 7));
    }

    void vector(VectorOp op, int to, int a, Gpr.Memory b) {
        memory(op, Z, false, to, a, b, 64);
    }

    /** As {@link #vector}, with one float32 in memory for all lanes. */
    void vectorScalar(VectorOp op, int to, int a, Gpr.Memory b) {
        memory(op, Z, true, to, a, b, 4);
    }

    void load(int to, Gpr.Memory from) {
        memory(VectorOp.LOAD, Z, false, to, NO_REGISTER, from, 64);
    }

    void store(int width, Gpr.Memory to, int from) {
        memory(VectorOp.STORE, width, false, from, NO_REGISTER, to, 16 << width);
    }

    void broadcast(int to, Gpr.Memory from) {
        memory(VectorOp.BROADCAST, Z, false, to, NO_REGISTER, from, 4);
    }

    void clear(int register) {
        vector(VectorOp.XOR, register, register, register);
    }

    void unary(VectorOp op, int width, int to, int from) {
        vector(op, width, to, NO_REGISTER, from);
    }

    void permute(int width, int to, int from, int order) {
        vector(VectorOp.PERMUTE, width, to, NO_REGISTER, from);
        code.write(order);
    }

    /** Rounds to the nearest whole number, ties to even. */
    void round(int to, int from) {
        vector(VectorOp.ROUND, Z, to, NO_REGISTER, from);
        code.write(8);
    }

    /** Copies the upper half of a register of a given width, {@link #Z} or {@link #Y}. */
    void upperHalf(int width, int to, int from) {
        vector(width == Z ? VectorOp.UPPER_256 : VectorOp.UPPER_128, width, from, NO_REGISTER, to);
        code.write(1);
    }

    /** Sums neighbours of two registers of four lanes: a0 + a1, a2 + a3, b0 + b1, b2 + b3. */
    void addNeighbours(int to, int a, int b) {
        if (Math.max(to, Math.max(a, b)) > 7) {
            throw new IllegalArgumentException("[assembler] only registers below 8 are encoded");
        }
        bytes(0xc5, 0x80 | (~a & 15) << 3 | 3, 0x7c, 0xc0 | to << 3 | b);
    }

    void zeroUpperHalves() {
        bytes(0xc5, 0xf8, 0x77);
    }

    // Whole numbers and addresses

    void move(Gpr to, long value) {
        rex(0, to.number);
        code.write(0xb8 | to.low());
        for (int shift = 0; shift < 64; shift += 8) {
            code.write((int) (value >> shift));
        }
    }

    void move(Gpr to, Gpr from) {
        registers(0x89, from, to);
    }

    void move(Gpr to, Gpr.Memory from) {
        withMemory(0x8b, to.number, from);
    }

    /** Stores four bytes. */
    void moveFour(Gpr.Memory to, int value) {
        if (to.base().high() > 0) {
            code.write(0x41);
        }
        code.write(0xc7);
        operand(0, to, 1);
        four(value);
    }

    void address(Gpr to, Gpr.Memory of) {
        withMemory(0x8d, to.number, of);
    }

    void add(Gpr to, int value) {
        immediate(0, to, value);
    }

    void and(Gpr to, int value) {
        immediate(4, to, value);
    }

    void subtract(Gpr from, int value) {
        immediate(5, from, value);
    }

    void add(Gpr to, Gpr value) {
        registers(0x01, value, to);
    }

    void add(Gpr to, Gpr.Memory value) {
        withMemory(0x03, to.number, value);
    }

    void multiply(Gpr to, int factor) {
        rex(to.number, to.number);
        bytes(0x69, 0xc0 | to.low() << 3 | to.low());
        four(factor);
    }

    void shiftLeft(Gpr register, int bits) {
        rex(0, register.number);
        bytes(0xc1, 0xe0 | register.low(), bits);
    }

    void shiftRight(Gpr register, int bits) {
        rex(0, register.number);
        bytes(0xc1, 0xe8 | register.low(), bits);
    }

    void compare(Gpr a, Gpr b) {
        registers(0x39, b, a);
    }

    void compare(Gpr.Memory a, Gpr b) {
        withMemory(0x39, b.number, a);
    }

    /** Adds 1 to eight bytes of memory in one piece, seen by all threads. */
    void atomicIncrement(Gpr.Memory number) {
        code.write(0xf0);
        withMemory(0xff, 0, number);
    }

    void prefetch(Gpr.Memory line) {
        if (line.base().high() > 0) {
            code.write(0x41);
        }
        bytes(0x0f, 0x18);
        operand(1, line, 1);
    }

    // Control

    void push(Gpr register) {
        stack(0x50, register);
    }

    void pop(Gpr register) {
        stack(0x58, register);
    }

    void jump(Label to) {
        code.write(0xe9);
        target(to);
    }

    void jumpIfNotZero(Label to) {
        bytes(0x0f, 0x85);
        target(to);
    }

    /** After a comparison of a and b, without sign: jumps if a is b or above. */
    void jumpIfNotBelow(Label to) {
        bytes(0x0f, 0x83);
        target(to);
    }

    /** After a comparison of a and b, without sign: jumps if a is below b. */
    void jumpIfBelow(Label to) {
        bytes(0x0f, 0x82);
        target(to);
    }

    /** Subtracts 1 and jumps unless 0 is left. */
    void countDown(Gpr counter, Label to) {
        subtract(counter, 1);
        jumpIfNotZero(to);
    }

    void call(Label to) {
        code.write(0xe8);
        target(to);
    }

    void ret() {
        code.write(0xc3);
    }

    void pause() {
        bytes(0xf3, 0x90);
    }

    void systemCall() {
        bytes(0x0f, 0x05);
    }

    // Encoding

    private void memory(
            VectorOp op, int width, boolean scalar, int reg, int a, Gpr.Memory b, int scale) {
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
    private void operand(int reg, Gpr.Memory memory, int scale) {
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

    private void withMemory(int opcode, int reg, Gpr.Memory memory) {
        rex(reg, memory.base().number);
        code.write(opcode);
        operand(reg, memory, 1);
    }

    private void registers(int opcode, Gpr reg, Gpr rm) {
        rex(reg.number, rm.number);
        bytes(opcode, 0xc0 | reg.low() << 3 | rm.low());
    }

    private void immediate(int operation, Gpr register, int value) {
        rex(0, register.number);
        bytes(0x81, 0xc0 | operation << 3 | register.low());
        four(value);
    }

    private void stack(int opcode, Gpr register) {
        if (register.high() > 0) {
            code.write(0x41);
        }
        code.write(opcode | register.low());
    }

    private void rex(int reg, int rm) {
        code.write(0x48 | (reg >> 3) << 2 | rm >> 3);
    }

    private void target(Label to) {
        jumps.add(new Jump(code.size(), to));
        four(0);
    }

    private void four(int value) {
        bytes(value, value >> 8, value >> 16, value >> 24);
    }

    private void bytes(int... values) {
        for (int value : values) {
            code.write(value);
        }
    }
}
