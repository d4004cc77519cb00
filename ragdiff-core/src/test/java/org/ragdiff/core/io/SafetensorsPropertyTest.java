package org.ragdiff.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Random names, shapes, bits and metadata: what is written is read back bit for bit, by every way of reading. */
class SafetensorsPropertyTest {
    private static final int FILES = 200;

    @Test
    void whatIsWrittenIsReadBack(@TempDir Path folder) throws Exception {
        for (int seed = 0; seed < FILES; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Map<String, INDArray> tensors = new LinkedHashMap<>();
            for (int n = random.nextInt(8); n >= 0; n--) {
                tensors.put(name(random), tensor(random));
            }
            Map<String, String> metadata = new LinkedHashMap<>();
            for (int n = random.nextInt(4); n > 0; n--) {
                metadata.put(name(random), name(random));
            }
            Path file = folder.resolve(seed + ".safetensors");
            SafetensorsWriter.write(file, tensors, Dtype.F32, metadata);
            try (SafetensorsFile f = SafetensorsFile.open(file)) {
                assertThat(f.names()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
                assertThat(f.metadata()).isEqualTo(metadata);
                assertThat(f.size()).isEqualTo(Files.size(file));
                for (Map.Entry<String, INDArray> e : tensors.entrySet()) {
                    int[] bits = bits(e.getValue());
                    assertThat(f.info(e.getKey()).shape())
                            .isEqualTo(e.getValue().shape());
                    assertThat(bits(f.readFloat(e.getKey()))).isEqualTo(bits);
                    assertThat(bits(f.map(e.getKey()))).isEqualTo(bits);
                    INDArray target = Nd4j.valueArrayOf(e.getValue().shape(), 7f, DataType.FLOAT);
                    f.readFloat(e.getKey(), target);
                    assertThat(bits(target)).isEqualTo(bits);
                }
            }
            Files.delete(file);
        }
    }

    private static int[] bits(INDArray a) {
        float[] v = FloatMemory.toArray(a);
        int[] out = new int[v.length];
        for (int i = 0; i < v.length; i++) {
            out[i] = Float.floatToRawIntBits(v[i]);
        }
        return out;
    }

    /** Any finite bits, subnormal ones and infinities; one NaN, as others may be quietened on the way. */
    private static INDArray tensor(SplittableRandom random) {
        long[] shape = new long[random.nextInt(5)];
        int size = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = random.nextInt(1, 5);
            size *= (int) shape[i];
        }
        float[] v = new float[size];
        for (int i = 0; i < size; i++) {
            float f = Float.intBitsToFloat(random.nextInt());
            v[i] = Float.isNaN(f) ? Float.NaN : f;
        }
        return FloatMemory.array(v, shape);
    }

    /** With what JSON has to escape, and what takes two to four bytes. */
    private static String name(SplittableRandom random) {
        int[] letters = {'a', 'Z', '.', '0', '"', '\\', '/', '\n', 1, ' ', 'é', '汉', 0x1F600, '{', '}', ':'};
        StringBuilder s = new StringBuilder();
        for (int n = random.nextInt(1, 20); n > 0; n--) {
            s.appendCodePoint(letters[random.nextInt(letters.length)]);
        }
        return s.toString();
    }
}
