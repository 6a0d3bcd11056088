package org.limelm.model.machine;

/**
 * Writes x86-64 instructions, each method one. Vector registers are numbers from 0 to 31, vectors
 * of float32 of 512 bits unless a width is given.
 */
final class Assembler {
    static final int X = 0;
    static final int Y = 1;
    static final int Z = 2;

    private static final int NO_REGISTER = 0;

    private final Encoder out = new Encoder();

    /** A place in the code, known once {@link #bind} was called. */
    static final class Label {
        private int position = -1;

        /** Returns the distance from the beginning of the code, in bytes; −1 if not yet known. */
        int position() {
            return position;
        }
    }

    /** Returns a label for what comes next. */
    Label here() {
        Label label = new Label();
        bind(label);
        return label;
    }

    void bind(Label label) {
        label.position = out.size();
    }

    /** Returns the code. */
    byte[] assemble() {
        return out.assemble();
    }

    // Vectors

    void vector(VectorOp op, int to, int a, int b) {
        vector(op, Z, to, a, b);
    }

    void vector(VectorOp op, int width, int to, int a, int b) {
        out.vector(op, width, to, a, b);
    }

    void vector(VectorOp op, int to, int a, Gpr.Memory b) {
        out.memory(op, Z, false, to, a, b, 64);
    }

    /** As {@link #vector}, with one float32 in memory for all lanes. */
    void vectorScalar(VectorOp op, int to, int a, Gpr.Memory b) {
        out.memory(op, Z, true, to, a, b, 4);
    }

    void load(int to, Gpr.Memory from) {
        out.memory(VectorOp.LOAD, Z, false, to, NO_REGISTER, from, 64);
    }

    void store(int width, Gpr.Memory to, int from) {
        out.memory(VectorOp.STORE, width, false, from, NO_REGISTER, to, 16 << width);
    }

    void broadcast(int to, Gpr.Memory from) {
        out.memory(VectorOp.BROADCAST, Z, false, to, NO_REGISTER, from, 4);
    }

    void clear(int register) {
        vector(VectorOp.XOR, register, register, register);
    }

    void unary(VectorOp op, int width, int to, int from) {
        vector(op, width, to, NO_REGISTER, from);
    }

    void permute(int width, int to, int from, int order) {
        vector(VectorOp.PERMUTE, width, to, NO_REGISTER, from);
        out.bytes(order);
    }

    /** Rounds to the nearest whole number, ties to even. */
    void round(int to, int from) {
        vector(VectorOp.ROUND, Z, to, NO_REGISTER, from);
        out.bytes(8);
    }

    /** Copies the upper half of a register of a given width, {@link #Z} or {@link #Y}. */
    void upperHalf(int width, int to, int from) {
        vector(width == Z ? VectorOp.UPPER_256 : VectorOp.UPPER_128, width, from, NO_REGISTER, to);
        out.bytes(1);
    }

    /** Sums neighbours of two registers of four lanes: a0 + a1, a2 + a3, b0 + b1, b2 + b3. */
    void addNeighbours(int to, int a, int b) {
        if (Math.max(to, Math.max(a, b)) > 7) {
            throw new IllegalArgumentException("[assembler] only registers below 8 are encoded");
        }
        out.bytes(0xc5, 0x80 | (~a & 15) << 3 | 3, 0x7c, 0xc0 | to << 3 | b);
    }

    void zeroUpperHalves() {
        out.bytes(0xc5, 0xf8, 0x77);
    }

    // Whole numbers and addresses

    void move(Gpr to, long value) {
        out.rex(0, to.number);
        out.bytes(0xb8 | to.low());
        for (int shift = 0; shift < 64; shift += 8) {
            out.bytes((int) (value >> shift));
        }
    }

    void move(Gpr to, Gpr from) {
        out.registers(0x89, from, to);
    }

    void move(Gpr to, Gpr.Memory from) {
        out.withMemory(0x8b, to.number, from);
    }

    /** Stores four bytes. */
    void moveFour(Gpr.Memory to, int value) {
        if (to.base().high() > 0) {
            out.bytes(0x41);
        }
        out.bytes(0xc7);
        out.operand(0, to, 1);
        out.four(value);
    }

    void address(Gpr to, Gpr.Memory of) {
        out.withMemory(0x8d, to.number, of);
    }

    void add(Gpr to, int value) {
        out.immediate(0, to, value);
    }

    void and(Gpr to, int value) {
        out.immediate(4, to, value);
    }

    void subtract(Gpr from, int value) {
        out.immediate(5, from, value);
    }

    void add(Gpr to, Gpr value) {
        out.registers(0x01, value, to);
    }

    void add(Gpr to, Gpr.Memory value) {
        out.withMemory(0x03, to.number, value);
    }

    void multiply(Gpr to, int factor) {
        out.rex(to.number, to.number);
        out.bytes(0x69, 0xc0 | to.low() << 3 | to.low());
        out.four(factor);
    }

    void shiftLeft(Gpr register, int bits) {
        out.rex(0, register.number);
        out.bytes(0xc1, 0xe0 | register.low(), bits);
    }

    void shiftRight(Gpr register, int bits) {
        out.rex(0, register.number);
        out.bytes(0xc1, 0xe8 | register.low(), bits);
    }

    void compare(Gpr a, Gpr b) {
        out.registers(0x39, b, a);
    }

    void compare(Gpr.Memory a, Gpr b) {
        out.withMemory(0x39, b.number, a);
    }

    /** Adds 1 to eight bytes of memory in one piece, seen by all threads. */
    void atomicIncrement(Gpr.Memory number) {
        out.bytes(0xf0);
        out.withMemory(0xff, 0, number);
    }

    void prefetch(Gpr.Memory line) {
        if (line.base().high() > 0) {
            out.bytes(0x41);
        }
        out.bytes(0x0f, 0x18);
        out.operand(1, line, 1);
    }

    // Control

    void push(Gpr register) {
        out.stack(0x50, register);
    }

    void pop(Gpr register) {
        out.stack(0x58, register);
    }

    void jump(Label to) {
        out.bytes(0xe9);
        out.target(to);
    }

    void jumpIfNotZero(Label to) {
        out.bytes(0x0f, 0x85);
        out.target(to);
    }

    /** After a comparison of a and b, without sign: jumps if a is b or above. */
    void jumpIfNotBelow(Label to) {
        out.bytes(0x0f, 0x83);
        out.target(to);
    }

    /** After a comparison of a and b, without sign: jumps if a is below b. */
    void jumpIfBelow(Label to) {
        out.bytes(0x0f, 0x82);
        out.target(to);
    }

    /** Subtracts 1 and jumps unless 0 is left. */
    void countDown(Gpr counter, Label to) {
        subtract(counter, 1);
        jumpIfNotZero(to);
    }

    void call(Label to) {
        out.bytes(0xe8);
        out.target(to);
    }

    void ret() {
        out.bytes(0xc3);
    }

    void pause() {
        out.bytes(0xf3, 0x90);
    }

    void systemCall() {
        out.bytes(0x0f, 0x05);
    }
}
