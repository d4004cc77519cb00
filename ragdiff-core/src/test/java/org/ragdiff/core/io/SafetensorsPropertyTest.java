package org.ragdiff.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
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

    /** All types that ND4J has, in one file or in shards; floats in the type of the file. */
    @Test
    void everyTypeIsReadBackFromFilesAndShards(@TempDir Path folder) throws Exception {
        for (int seed = 0; seed < FILES / 2; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int shards = random.nextInt(1, 5);
            Dtype storage = List.of(Dtype.F64, Dtype.F32, Dtype.F16, Dtype.BF16).get(random.nextInt(4));
            Map<String, INDArray> all = new LinkedHashMap<>();
            ObjectNode index = new ObjectMapper().createObjectNode();
            ObjectNode weightMap = index.putObject("weight_map");
            for (int s = 0; s < shards; s++) {
                Map<String, INDArray> tensors = new LinkedHashMap<>();
                for (int n = random.nextInt(1, 5); n > 0; n--) {
                    String name = s + name(random);
                    tensors.put(name, typed(random, storage));
                    weightMap.put(name, "m-" + s + ".safetensors");
                }
                SafetensorsWriter.write(folder.resolve("m-" + s + ".safetensors"), tensors, storage, Map.of());
                all.putAll(tensors);
            }
            Path file = folder.resolve("m-0.safetensors");
            if (shards > 1) {
                file = folder.resolve("m.safetensors.index.json");
                Files.writeString(file, index.toString());
            }
            try (TensorSource source = TensorSource.open(file)) {
                assertThat(source.names()).containsExactlyInAnyOrderElementsOf(all.keySet());
                for (Map.Entry<String, INDArray> e : all.entrySet()) {
                    INDArray expected = e.getValue();
                    try (INDArray got = source.read(e.getKey(), expected.dataType())) {
                        assertThat(got.shape()).isEqualTo(expected.shape());
                        assertThat(got.dataType()).isEqualTo(expected.dataType());
                        assertThat(got).as("%s of seed %d", e.getKey(), seed).isEqualTo(expected);
                    }
                    expected.close();
                }
            }
        }
    }

    private static INDArray typed(SplittableRandom random, Dtype storage) {
        DataType[] types = {
            DataType.BOOL,
            DataType.UINT8,
            DataType.INT8,
            DataType.INT16,
            DataType.INT32,
            DataType.INT64,
            storage.nd4j().orElseThrow()
        };
        DataType type = types[random.nextInt(types.length)];
        long[] shape = new long[random.nextInt(1, 4)];
        int size = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = random.nextInt(1, 5);
            size *= (int) shape[i];
        }
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
            // Whole numbers and halves, which all types but the narrow ones hold.
            int limit = type == DataType.INT64 || type == DataType.DOUBLE ? 1 << 30 : 100;
            values[i] = type == DataType.BOOL || type == DataType.UINT8
                    ? random.nextInt(2)
                    : random.nextInt(-limit, limit) * (type.isFPType() ? 0.5 : 1);
        }
        INDArray doubles = Nd4j.createFromArray(values).reshape(shape);
        return type == DataType.DOUBLE ? doubles : doubles.castTo(type);
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
