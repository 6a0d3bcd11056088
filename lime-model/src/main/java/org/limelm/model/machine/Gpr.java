package org.limelm.model.machine;

/** General registers, 64 bits wide, by their number. */
enum Gpr {
    RAX(0),
    RCX(1),
    RDX(2),
    RBX(3),
    RSP(4),
    RBP(5),
    RSI(6),
    RDI(7),
    R8(8),
    R9(9),
    R10(10),
    R11(11),
    R12(12),
    R13(13),
    R14(14),
    R15(15);

    final int number;

    Gpr(int number) {
        this.number = number;
    }

    /** Returns the lower three bits of the number, which go into an instruction's operands. */
    int low() {
        return number & 7;
    }

    /** Returns the fourth bit of the number, which goes into an instruction's prefix. */
    int high() {
        return number >> 3;
    }

    /** Returns the memory at a distance from the address that this register holds. */
    Memory at(int bytes) {
        return new Memory(this, bytes);
    }

    /**
     * Memory as an operand.
     *
     * @param base holds an address
     * @param bytes distance from it
     */
    record Memory(Gpr base, int bytes) {
        Memory plus(int more) {
            return new Memory(base, Math.addExact(bytes, more));
        }
    }
}
