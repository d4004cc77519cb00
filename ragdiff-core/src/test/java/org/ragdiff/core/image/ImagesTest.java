package org.ragdiff.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.io.FloatMemory;

class ImagesTest {
    @Test
    void everyLevelSurvives() {
        byte[] levels = new byte[256 * 3];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = (byte) (i / 3);
        }
        RgbImage a = new RgbImage(32, 8, levels);
        RgbImage b = new RgbImage(32, 8, new byte[256 * 3]);
        INDArray tensor = Images.toTensor(List.of(a, b));
        assertThat(tensor.shape()).containsExactly(2, 8, 32, 3);
        assertThat(tensor.getFloat(0, 0, 0, 0)).isEqualTo(-1);
        assertThat(tensor.getFloat(0, 7, 31, 2)).isEqualTo(1);
        assertThat(tensor.getFloat(0, 0, 1, 1)).isEqualTo(1 / 127.5f - 1, within(1e-7f));
        assertThat(Images.fromTensor(tensor)).containsExactly(a, b);
    }

    @Test
    void clipsRoundsAndRefusesNaN() {
        INDArray t = FloatMemory.array(new float[] {-3, 7, 0.0039f}, 1, 1, 1, 3);
        assertThat(Images.fromTensor(t).get(0).rgb()).containsExactly(0, 255, 128);
        INDArray nan = FloatMemory.array(new float[] {0, 0, Float.NaN}, 1, 1, 1, 3);
        assertThatThrownBy(() -> Images.fromTensor(nan)).hasMessageContaining("NaN at pixel (0, 0)");
        assertThatThrownBy(() -> Images.fromTensor(t.reshape(1, 3))).hasMessageContaining("[N, H, W, 3]");
        RgbImage small = new RgbImage(1, 1, new byte[3]);
        assertThatThrownBy(() -> Images.toTensor(List.of(small, new RgbImage(1, 2, new byte[6]))))
                .hasMessageContaining("image 1 is 1x2");
    }
}
