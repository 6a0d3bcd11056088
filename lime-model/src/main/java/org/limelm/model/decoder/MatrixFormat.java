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

/** How matrices lie in memory that are multiplied with few rows, again and again. */
public enum MatrixFormat {
    /** IEEE half precision, packed for the CPU; sums are float32. x86-64 with AVX2 has it. */
    HALF("decode_half"),
    /** Float32 as a sum of two in {@link #HALF}: 22 bits of its 24, in as many bytes. */
    SPLIT("decode_split"),
    /** The precision's own format in oneDNN's order. */
    PACKED("decode_packed"),
    /** The precision's own format, row by row; any device has it. */
    PLAIN("decode_plain");

    private static final int MOST_ROWS_SPLIT = 4; // measured: docs/performance.md
    private static final Logger LOG = LoggerFactory.getLogger(MatrixFormat.class);

    private final Kernels kernels;

    MatrixFormat(String source) {
        kernels = DecoderKernels.decoding(source);
    }

    /** Returns the kernels that read token by token with matrices in this format. */
    TorchModule kernels() {
        return kernels.load();
    }

    /**
     * Returns the fastest format on this machine. For bfloat16 on the CPU that is half precision,
     * which takes as many bytes and rounds less; for float32 with few rows a sum of two.
     *
     * @param rows that will be multiplied at once most of the time
     */
    public static MatrixFormat fastest(Device device, Precision precision, int rows) {
        if (device.isGpu()) {
            return PLAIN;
        }
        MatrixFormat packed =
                precision == Precision.BF16 ? HALF : rows <= MOST_ROWS_SPLIT ? SPLIT : PACKED;
        return packed.works() ? packed : PACKED.works() ? PACKED : PLAIN;
    }

    /** Packs a small matrix: whether that works is known only to libtorch's build and the CPU. */
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
