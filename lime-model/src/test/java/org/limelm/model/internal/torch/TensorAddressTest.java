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
    void whatIsWrittenAtTheAddressIsInTheArray() {
        NDArray array = manager.zeros(new Shape(2, 3));
        TensorAddress.use(
                array,
                place -> {
                    assertThat(place.elements()).isEqualTo(6);
                    assertThat(place.bytes()).isEqualTo(24);
                    assertThat(place.float32()).isTrue();
                    new Pointer(place.address()).setFloat(5 * Float.BYTES, 2.5f);
                });
        assertThat(array.getFloat(1, 2)).isEqualTo(2.5f);
    }

    @Test
    void aPartOfAnArrayBeginsWhereItsFirstValueIs() {
        NDArray array = manager.arange(12f).reshape(4, 3);
        NDArray rows = array.get(new NDIndex("2:4"));
        TensorAddress.use(
                rows,
                place ->
                        assertThat(new Pointer(place.address()).getFloatArray(0, 6))
                                .containsExactly(6, 7, 8, 9, 10, 11));
    }

    @Test
    void bytesAreThoseOfTheType() {
        TensorAddress.use(
                manager.zeros(new Shape(5), DataType.INT64),
                place -> {
                    assertThat(place.bytes()).isEqualTo(40);
                    assertThat(place.float32()).isFalse();
                });
        TensorAddress.use(manager.create(1f), place -> assertThat(place.elements()).isEqualTo(1));
    }

    @Test
    void aTransposedViewIsRefused() {
        NDArray view = manager.zeros(new Shape(2, 3)).transpose();
        assertThatThrownBy(() -> TensorAddress.use(view, place -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("contiguous");
    }
}
