package org.limelm.model.decoder;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.limelm.model.device.Precision;
import org.limelm.model.internal.torch.Kernels;
import org.limelm.model.internal.torch.TorchModule;
import org.limelm.model.internal.torch.TorchValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Memory formats of matrices for repeated products with few rows. */
public enum MatrixFormat {
    /** IEEE half precision, packed for the CPU, with float32 sums; requires x86-64 with AVX2. */
    HALF("decode_half"),
    /**
     * Float32 as the sum of two {@link #HALF} matrices: 22 of its 24 bits, in the same number of
     * bytes.
     */
    SPLIT("decode_split"),
    /** The model's precision in oneDNN's packed layout. */
    PACKED("decode_packed"),
    /** The model's precision in row-major order; works on any device. */
    PLAIN("decode_plain");

    private static final int MAX_ROWS_SPLIT = 4; // measured: docs/performance.md
    private static final Logger LOG = LoggerFactory.getLogger(MatrixFormat.class);

    private final Kernels kernels;

    MatrixFormat(String source) {
        kernels = DecoderKernels.decoding(source);
    }

    /** Returns the incremental decoding kernels for matrices in this format. */
    TorchModule kernels() {
        return kernels.load();
    }

    /**
     * Returns the fastest format on this machine. On the CPU this is half precision for bfloat16,
     * as it takes the same number of bytes and rounds less, and a sum of two halves for float32
     * with few rows.
     *
     * @param rows typical number of rows per product
     */
    public static MatrixFormat fastest(Device device, Precision precision, int rows) {
        if (device.isGpu()) {
            return PLAIN;
        }
        MatrixFormat packed =
                precision == Precision.BF16 ? HALF : rows <= MAX_ROWS_SPLIT ? SPLIT : PACKED;
        return packed.works() ? packed : PACKED.works() ? PACKED : PLAIN;
    }

    /** Tries to pack a small matrix: support depends on the libtorch build and the CPU. */
    private boolean works() {
        TorchModule module = kernels();
        try (TorchValue matrices = module.inferValue("no_matrices");
                NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            module.callForList(
                    manager,
                    "add_matrix",
                    matrices,
                    manager.ones(new Shape(4, 4)),
                    new NDList(),
                    0,
                    1,
                    Precision.F32.code());
            return true;
        } catch (EngineException e) {
            LOG.info("Matrices are not packed on this CPU: {}", firstLine(e.toString()));
            return false;
        }
    }

    private static String firstLine(String message) {
        List<String> lines = message.strip().lines().toList();
        return lines.isEmpty() ? "" : lines.get(0);
    }
}
