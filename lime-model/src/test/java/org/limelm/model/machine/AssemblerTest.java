package org.limelm.model.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;
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
import static org.limelm.model.machine.Gpr.RSP;

import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes that GNU's assembler 2.40 writes for the same instructions. */
class AssemblerTest {
    private static final HexFormat HEX = HexFormat.of();

    static Stream<Arguments> instructions() {
        return Stream.of(
                instruction(
                        "vaddps zmm1, zmm2, zmm3",
                        "62f16c4858cb",
                        asm -> asm.vector(VectorOp.ADD, 1, 2, 3)),
                instruction(
                        "vsubps zmm17, zmm18, zmm31",
                        "62816c405ccf",
                        asm -> asm.vector(VectorOp.SUB, 17, 18, 31)),
                instruction(
                        "vaddps ymm8, ymm16, ymm7",
                        "62717c2058c7",
                        asm -> asm.vector(VectorOp.ADD, Assembler.Y, 8, 16, 7)),
                instruction(
                        "vmaxps xmm30, xmm1, xmm15",
                        "624174085ff7",
                        asm -> asm.vector(VectorOp.MAX, Assembler.X, 30, 1, 15)),
                instruction(
                        "vmulps zmm9, zmm10, [rax + 64]",
                        "62712c48594801",
                        asm -> asm.vector(VectorOp.MUL, 9, 10, RAX.at(64))),
                instruction(
                        "vmulps zmm25, zmm26, [r12 - 128]",
                        "62412c40594c24fe",
                        asm -> asm.vector(VectorOp.MUL, 25, 26, R12.at(-128))),
                instruction(
                        "vdivps zmm1, zmm2, [r13 + 8128]",
                        "62d16c485e4d7f",
                        asm -> asm.vector(VectorOp.DIV, 1, 2, R13.at(8128))),
                instruction(
                        "vdivps zmm1, zmm2, [r13 + 8192]",
                        "62d16c485e8d00200000",
                        asm -> asm.vector(VectorOp.DIV, 1, 2, R13.at(8192))),
                instruction(
                        "vminps zmm1, zmm2, [rsp + 68]",
                        "62f16c485d8c2444000000",
                        asm -> asm.vector(VectorOp.MIN, 1, 2, RSP.at(68))),
                instruction(
                        "vmulps zmm9, zmm10, dword ptr [rbp + 8]{1to16}",
                        "62712c58594d02",
                        asm -> asm.vectorScalar(VectorOp.MUL, 9, 10, RBP.at(8))),
                instruction(
                        "vfmadd231ps zmm24, zmm25, zmm26",
                        "62023540b8c2",
                        asm -> asm.vector(VectorOp.ADD_PRODUCT, 24, 25, 26)),
                instruction(
                        "vfmadd213ps zmm2, zmm1, dword ptr [rbp + 512]{1to16}",
                        "62f27558a89500020000",
                        asm -> asm.vectorScalar(VectorOp.MULTIPLY_ADD, 2, 1, RBP.at(512))),
                instruction(
                        "vfnmadd231ps zmm2, zmm3, zmm4",
                        "62f26548bcd4",
                        asm -> asm.vector(VectorOp.SUBTRACT_PRODUCT, 2, 3, 4)),
                instruction(
                        "vfmaddsub213ps zmm0, zmm2, zmm1",
                        "62f26d48a6c1",
                        asm -> asm.vector(VectorOp.MULTIPLY_SUBTRACT_ADD, 0, 2, 1)),
                instruction(
                        "vdpbf16ps zmm23, zmm24, zmm27",
                        "62823e4052fb",
                        asm -> asm.vector(VectorOp.DOT_BF16, 23, 24, 27)),
                instruction(
                        "vcvtneps2bf16 ymm5, zmm17",
                        "62b27e4872e9",
                        asm -> asm.unary(VectorOp.TO_BF16, Assembler.Z, 5, 17)),
                instruction(
                        "vscalefps zmm4, zmm4, zmm3",
                        "62f25d482ce3",
                        asm -> asm.vector(VectorOp.SCALE, 4, 4, 3)),
                instruction(
                        "vsqrtps zmm0, zmm16",
                        "62b17c4851c0",
                        asm -> asm.unary(VectorOp.SQRT, Assembler.Z, 0, 16)),
                instruction("vpxord zmm20, zmm20, zmm20", "62a15d40efe4", asm -> asm.clear(20)),
                instruction(
                        "vmovsldup zmm2, zmm12",
                        "62d17e4812d4",
                        asm -> asm.unary(VectorOp.COPY_EVEN, Assembler.Z, 2, 12)),
                instruction(
                        "vmovshdup zmm3, zmm2",
                        "62f17e4816da",
                        asm -> asm.unary(VectorOp.COPY_ODD, Assembler.Z, 3, 2)),
                instruction(
                        "vpermilps zmm1, zmm0, 0xb1",
                        "62f37d4804c8b1",
                        asm -> asm.permute(Assembler.Z, 1, 0, 0xb1)),
                instruction(
                        "vpermilps xmm1, xmm20, 0x4e",
                        "62b37d0804cc4e",
                        asm -> asm.permute(Assembler.X, 1, 20, 0x4e)),
                instruction("vrndscaleps zmm3, zmm2, 8", "62f37d4808da08", asm -> asm.round(3, 2)),
                instruction(
                        "vextractf64x4 ymm5, zmm18, 1",
                        "62e3fd481bd501",
                        asm -> asm.upperHalf(Assembler.Z, 5, 18)),
                instruction(
                        "vextractf32x4 xmm5, ymm0, 1",
                        "62f37d2819c501",
                        asm -> asm.upperHalf(Assembler.Y, 5, 0)),
                instruction(
                        "vbroadcastss zmm1, xmm9",
                        "62d27d4818c9",
                        asm -> asm.unary(VectorOp.BROADCAST, Assembler.Z, 1, 9)),
                instruction(
                        "vbroadcastss zmm27, [rax + 4]",
                        "62627d48185801",
                        asm -> asm.broadcast(27, RAX.at(4))),
                instruction(
                        "vmovups zmm24, [rdi + 192]",
                        "62617c48104703",
                        asm -> asm.load(24, RDI.at(192))),
                instruction(
                        "vmovups [rdx + 64], zmm31",
                        "62617c48117a01",
                        asm -> asm.store(Assembler.Z, RDX.at(64), 31)),
                instruction(
                        "vmovups [r8 + 32], ymm16",
                        "62c17c28114001",
                        asm -> asm.store(Assembler.Y, R8.at(32), 16)),
                instruction(
                        "vmovups [rsi + 16], xmm16",
                        "62e17c08114601",
                        asm -> asm.store(Assembler.X, RSI.at(16), 16)),
                instruction(
                        "vhaddps xmm1, xmm2, xmm7", "c5eb7ccf", asm -> asm.addNeighbours(1, 2, 7)),
                instruction("vzeroupper", "c5f877", asm -> asm.zeroUpperHalves()),
                instruction(
                        "movabs r14, 0x123456789abcdef0",
                        "49bef0debc9a78563412",
                        asm -> asm.move(R14, 0x123456789abcdef0L)),
                instruction(
                        "movabs rax, 0xffffffff80000000",
                        "48b800000080ffffffff",
                        asm -> asm.move(RAX, -0x80000000L)),
                instruction("mov r8, rax", "4989c0", asm -> asm.move(R8, RAX)),
                instruction("mov rcx, [r15 + 8]", "498b4f08", asm -> asm.move(RCX, R15.at(8))),
                instruction(
                        "mov dword ptr [rsi + 8], 0xff800000",
                        "c74608000080ff",
                        asm -> asm.moveFour(RSI.at(8), 0xff800000)),
                instruction(
                        "mov dword ptr [r10 + 8], 7",
                        "41c7420807000000",
                        asm -> asm.moveFour(R10.at(8), 7)),
                instruction(
                        "lea rdi, [rbp + 4096]",
                        "488dbd00100000",
                        asm -> asm.address(RDI, RBP.at(4096))),
                instruction("add r12, 1000", "4981c4e8030000", asm -> asm.add(R12, 1000)),
                instruction("sub rcx, 1000", "4881e9e8030000", asm -> asm.subtract(RCX, 1000)),
                instruction("and r11, -1024", "4981e300fcffff", asm -> asm.and(R11, -1024)),
                instruction("add rsi, r9", "4c01ce", asm -> asm.add(RSI, R9)),
                instruction("add r15, [rbp + 64]", "4c037d40", asm -> asm.add(R15, RBP.at(64))),
                instruction(
                        "imul r14, r14, 1000", "4d69f6e8030000", asm -> asm.multiply(R14, 1000)),
                instruction("shl rsi, 2", "48c1e602", asm -> asm.shiftLeft(RSI, 2)),
                instruction("shr r10, 2", "49c1ea02", asm -> asm.shiftRight(R10, 2)),
                instruction("cmp rsi, r11", "4c39de", asm -> asm.compare(RSI, R11)),
                instruction("cmp [rbp + 8], r8", "4c394508", asm -> asm.compare(RBP.at(8), R8)),
                instruction(
                        "lock inc qword ptr [rbp + 8]",
                        "f048ff4508",
                        asm -> asm.atomicIncrement(RBP.at(8))),
                instruction(
                        "prefetcht0 [rdi + 2048]",
                        "0f188f00080000",
                        asm -> asm.prefetch(RDI.at(2048))),
                instruction("prefetcht0 [r9 + 8]", "410f184908", asm -> asm.prefetch(R9.at(8))),
                instruction("push r12", "4154", asm -> asm.push(R12)),
                instruction("push rbx", "53", asm -> asm.push(RBX)),
                instruction("pop r15", "415f", asm -> asm.pop(R15)),
                instruction("ret", "c3", asm -> asm.ret()),
                instruction("pause", "f390", asm -> asm.pause()),
                instruction("syscall", "0f05", asm -> asm.systemCall()));
    }

    private static Arguments instruction(String text, String bytes, Consumer<Assembler> writer) {
        return arguments(text, bytes, writer);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("instructions")
    void anInstructionHasTheBytesOfAnotherAssembler(
            String text, String bytes, Consumer<Assembler> writer) {
        Assembler asm = new Assembler();
        writer.accept(asm);
        assertThat(HEX.formatHex(asm.assemble())).as(text).isEqualTo(bytes);
    }

    @Test
    void jumpsGoBackAndForth() {
        Assembler asm = new Assembler();
        Assembler.Label end = new Assembler.Label();
        Assembler.Label start = asm.here();
        asm.jump(end);
        asm.jumpIfNotZero(start);
        asm.jumpIfBelow(start);
        asm.jumpIfNotBelow(end);
        asm.call(start);
        asm.bind(end);
        assertThat(end.position()).isEqualTo(28);
        assertThat(HEX.formatHex(asm.assemble()))
                .isEqualTo(
                        "e917000000"
                                + "0f85f5ffffff"
                                + "0f82efffffff"
                                + "0f8305000000"
                                + "e8e4ffffff");
    }

    @Test
    void aJumpToNowhereIsRefused() {
        Assembler asm = new Assembler();
        asm.jump(new Assembler.Label());
        assertThatThrownBy(asm::assemble).isInstanceOf(IllegalStateException.class);
    }
}
