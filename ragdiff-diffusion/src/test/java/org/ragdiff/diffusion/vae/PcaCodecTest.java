package org.ragdiff.diffusion.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.LatentCodec;
import org.ragdiff.core.LatentCodecContract;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.diffusion.Networks;

class PcaCodecTest extends LatentCodecContract {
    private static final float[] IMAGES = HostArrays.read(Networks.normal(1, 6, 8, 8, 3));

    @Override
    protected LatentCodec codec() {
        return PcaCodec.fit(IMAGES, 8, 2, 5);
    }

    @Test
    void isExactWithAllComponents() {
        PcaCodec codec = PcaCodec.fit(IMAGES, 8, 2, 12);
        try (INDArray images = Networks.normal(2, 2, 4, 6, 3);
                INDArray back = codec.decode(codec.encode(images))) {
            float[] a = HostArrays.read(images);
            float[] b = HostArrays.read(back);
            for (int i = 0; i < a.length; i++) {
                assertThat(b[i]).isCloseTo(a[i], within(1e-4f));
            }
        }
    }

    @Test
    void latentsOfTheFittedImagesAreWhite() {
        try (INDArray images = Networks.array(IMAGES, 6, 8, 8, 3);
                INDArray latents = PcaCodec.fit(IMAGES, 8, 2, 3).encode(images)) {
            float[] z = HostArrays.read(latents);
            double[][] second = new double[3][3];
            for (int i = 0; i < z.length; i += 3) {
                for (int a = 0; a < 3; a++) {
                    for (int b = 0; b < 3; b++) {
                        second[a][b] += z[i + a] * z[i + b] / (z.length / 3.0);
                    }
                }
            }
            for (int a = 0; a < 3; a++) {
                for (int b = 0; b < 3; b++) {
                    assertThat(second[a][b]).isCloseTo(a == b ? 1 : 0, within(1e-4));
                }
            }
        }
    }

    @Test
    void moreComponentsLoseLess() {
        double previous = Double.MAX_VALUE;
        try (INDArray images = Networks.array(IMAGES, 6, 8, 8, 3)) {
            for (int channels : new int[] {1, 4, 8, 12}) {
                PcaCodec codec = PcaCodec.fit(IMAGES, 8, 2, channels);
                float[] back = HostArrays.read(codec.decode(codec.encode(images)));
                double error = 0;
                for (int i = 0; i < back.length; i++) {
                    error += (back[i] - IMAGES[i]) * (back[i] - IMAGES[i]);
                }
                assertThat(error).isLessThan(previous);
                previous = error;
            }
        }
    }
}
