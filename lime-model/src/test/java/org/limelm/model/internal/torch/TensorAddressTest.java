package org.limelm.model.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.sun.jna.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TensorAddressTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void writingToTheAddressChangesTheArray() {
        NDArray array = manager.zeros(new Shape(2, 3));
        TensorAddress.use(
                array,
                address -> {
                    assertThat(address.elements()).isEqualTo(6);
                    assertThat(address.bytes()).isEqualTo(24);
                    assertThat(address.float32()).isTrue();
                    new Pointer(address.address()).setFloat(5 * Float.BYTES, 2.5f);
                });
        assertThat(array.getFloat(1, 2)).isEqualTo(2.5f);
    }

    @Test
    void sliceAddressPointsToItsFirstValue() {
        NDArray array = manager.arange(12f).reshape(4, 3);
        NDArray rows = array.get(new NDIndex("2:4"));
        TensorAddress.use(
                rows,
                address ->
                        assertThat(new Pointer(address.address()).getFloatArray(0, 6))
                                .containsExactly(6, 7, 8, 9, 10, 11));
    }

    @Test
    void bytesDependOnTheType() {
        TensorAddress.use(
                manager.zeros(new Shape(5), DataType.INT64),
                address -> {
                    assertThat(address.bytes()).isEqualTo(40);
                    assertThat(address.float32()).isFalse();
                });
        TensorAddress.use(
                manager.create(1f), address -> assertThat(address.elements()).isEqualTo(1));
    }

    @Test
    void transposedViewIsRejected() {
        NDArray view = manager.zeros(new Shape(2, 3)).transpose();
        assertThatThrownBy(() -> TensorAddress.use(view, address -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("contiguous");
    }
}
