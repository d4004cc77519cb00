package org.ragdiff.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SafetensorsWriterTest {
    @TempDir
    Path folder;

    @Test
    void readsBackWhatItWrote() throws Exception {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        INDArray a = FloatMemory.array(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        tensors.put("flags", Nd4j.createFromArray(true, false, true));
        tensors.put("a", a);
        tensors.put("a.transposed", a.transpose());
        tensors.put("a.view", a.getColumn(1));
        tensors.put("scalar", Nd4j.scalar(0.1f));
        tensors.put("empty", Nd4j.create(DataType.FLOAT, 0, 4));
        tensors.put("steps", Nd4j.createFromArray(1L << 40, -2L));
        Path file = folder.resolve("x.safetensors");
        SafetensorsWriter.write(file, tensors, Dtype.F32, Map.of("b", "2", "a", "ü"));
        byte[] first = Files.readAllBytes(file);
        SafetensorsWriter.write(file, tensors, Dtype.F32, Map.of("a", "ü", "b", "2"));
        assertThat(Files.readAllBytes(file)).isEqualTo(first);
        assertThat(ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8)
                .isZero();
        try (TensorSource s = TensorSource.open(file)) {
            assertThat(s.metadata()).isEqualTo(Map.of("a", "ü", "b", "2"));
            assertThat(s.names()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
            assertThat(FloatMemory.toArray(s.readFloat("a"))).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(FloatMemory.toArray(s.readFloat("a.transposed"))).containsExactly(1, 4, 2, 5, 3, 6);
            assertThat(s.readFloat("a.transposed").shape()).containsExactly(3, 2);
            assertThat(FloatMemory.toArray(s.readFloat("a.view"))).containsExactly(2, 5);
            assertThat(s.readFloat("scalar").getFloat(0)).isEqualTo(0.1f);
            assertThat(s.info("scalar").shape()).isEmpty();
            assertThat(s.readFloat("empty").shape()).containsExactly(0, 4);
            assertThat(s.read("steps", DataType.LONG).getLong(0)).isEqualTo(1L << 40);
            assertThat(FloatMemory.toArray(s.readFloat("flags"))).containsExactly(1, 0, 1);
        }
    }

    @Test
    void halfTypesRoundToNearestEven() throws Exception {
        // Ties and limits of binary16 (11 bits of precision) and bfloat16 (8 bits).
        float[] values = {1, 1 + 0x1p-11f, 1 + 3 * 0x1p-11f, 65504, 0x1p-24f, 0x1p-25f, -0f, 0x1.8p-24f};
        float[] f16 = {1, 1, 1 + 0x1p-9f, 65504, 0x1p-24f, 0, -0f, 0x1p-23f};
        float[] bf16 = {1, 1, 1, 65536, 0x1p-24f, 0x1p-25f, -0f, 0x1.8p-24f};
        assertThat(stored(values, Dtype.F16)).containsExactly(f16);
        assertThat(stored(values, Dtype.BF16)).containsExactly(bf16);
        assertThatThrownBy(() -> stored(new float[] {65520}, Dtype.F16)).hasMessageContaining("too large for F16");
        assertThat(stored(new float[] {Float.NaN, Float.POSITIVE_INFINITY}, Dtype.F16))
                .containsExactly(Float.NaN, Float.POSITIVE_INFINITY);
        assertThat(Files.list(folder)).allMatch(p -> p.toString().endsWith(".safetensors"));
    }

    @Test
    void everyHalfSurvives() {
        for (int i = 0; i < 1 << 16; i++) {
            short s = (short) i;
            float f = HalfFloats.fromF16(s);
            if (Float.isNaN(f)) {
                assertThat(Float.isNaN(HalfFloats.fromF16(HalfFloats.toF16(f)))).isTrue();
            } else {
                assertThat(HalfFloats.toF16(f)).isEqualTo(s);
            }
        }
    }

    private float[] stored(float[] values, Dtype type) throws Exception {
        Path file = folder.resolve(type + ".safetensors");
        SafetensorsWriter.write(file, Map.of("v", FloatMemory.array(values, values.length)), type, Map.of());
        try (SafetensorsFile s = SafetensorsFile.open(file)) {
            assertThat(s.info("v").dtype()).isEqualTo(type);
            return FloatMemory.toArray(s.readFloat("v"));
        }
    }

    @Test
    void shards() throws Exception {
        INDArray a = FloatMemory.array(new float[] {1, 2}, 2);
        SafetensorsWriter.write(folder.resolve("m-1.safetensors"), Map.of("a", a), Dtype.F32, Map.of());
        SafetensorsWriter.write(folder.resolve("m-2.safetensors"), Map.of("b", a.add(2)), Dtype.F16, Map.of());
        Path index = folder.resolve("m.safetensors.index.json");
        Files.writeString(
                index,
                """
                {"metadata": {"total_size": 12}, "weight_map": {"a": "m-1.safetensors", "b": "m-2.safetensors"}}""");
        try (TensorSource s = TensorSource.open(index)) {
            assertThat(s.names()).containsExactly("a", "b");
            assertThat(FloatMemory.toArray(s.readFloat("b"))).containsExactly(3, 4);
        }
        Files.writeString(index, "{\"weight_map\": {\"c\": \"m-1.safetensors\"}}");
        assertThatThrownBy(() -> TensorSource.open(index)).hasMessageContaining("no tensor \"c\"");
        Files.writeString(index, "{\"weight_map\": {\"a\": \"../m-1.safetensors\"}}");
        assertThatThrownBy(() -> TensorSource.open(index)).hasMessageContaining("plain name");
        Files.writeString(index, "{\"weight_map\": {\"a\": \"m-3.safetensors\"}}");
        assertThatThrownBy(() -> TensorSource.open(index)).hasMessageContaining("no such file");
        Files.writeString(index, "{}");
        assertThatThrownBy(() -> TensorSource.open(index)).hasMessageContaining("weight_map");
    }

    @Test
    void picklesAreRefusedWithAdvice() throws Exception {
        Path zip = folder.resolve("weights.dat");
        Files.write(zip, new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0});
        assertThatThrownBy(() -> SafetensorsFile.open(zip)).hasMessageContaining("save_file");
        assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("model.ckpt")))
                .hasMessageContaining("pickled");
        assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("no.safetensors")))
                .hasMessageContaining("no such file");
    }

    @Test
    void offsetsBeyondTwoGigabytes() throws Exception {
        Path file = folder.resolve("big.safetensors");
        long gap = 3L << 30;
        String json = "{\"pad\":{\"dtype\":\"U8\",\"shape\":[" + gap + "],\"data_offsets\":[0," + gap
                + "]},\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[" + gap + "," + (gap + 8) + "]}}";
        byte[] header = json.getBytes(StandardCharsets.UTF_8);
        try (FileChannel c = FileChannel.open(
                file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, StandardOpenOption.SPARSE)) {
            ByteBuffer b = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
            c.write(b.putLong(header.length).put(header).flip());
            ByteBuffer values = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            c.write(values.putFloat(1.5f).putFloat(-2).flip(), 8 + header.length + gap);
        }
        try (SafetensorsFile s = SafetensorsFile.open(file)) {
            assertThat(FloatMemory.toArray(s.readFloat("t"))).containsExactly(1.5f, -2);
            assertThat(FloatMemory.toArray(s.map("t"))).containsExactly(1.5f, -2);
        }
    }

    /** Mutated headers are read or refused with a SafetensorsException, quickly and in little memory. */
    @Test
    void mutatedHeaders() throws Exception {
        Path file = folder.resolve("seed.safetensors");
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put("w", FloatMemory.array(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
        tensors.put("bias", FloatMemory.array(new float[] {1, 2}, 2));
        SafetensorsWriter.write(file, tensors, Dtype.F32, Map.of("k", "v"));
        byte[] good = Files.readAllBytes(file);
        SplittableRandom random = new SplittableRandom(20240611);
        String[] tokens = {
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\u0000",
            "-1",
            "1e9",
            "9223372036854775807",
            "18446744073709551616",
            "\"shape\"",
            "\"dtype\"",
            "\"data_offsets\"",
            "\"__metadata__\"",
            "null",
            "[0,24]",
            "\"F64\"",
            "\"F4\"",
            "[[[[",
            "0"
        };
        int rejected = 0;
        int files = 0;
        for (int round = 0; round < 30_000; round++) {
            byte[] bytes = good.clone();
            int headerLength = bytes.length - 32 - 8;
            for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                int at = round % 4 == 0 ? random.nextInt(12) : 8 + random.nextInt(headerLength);
                if (random.nextInt(3) == 0) {
                    byte[] token = tokens[random.nextInt(tokens.length)].getBytes(StandardCharsets.UTF_8);
                    System.arraycopy(token, 0, bytes, at, Math.min(token.length, bytes.length - at));
                } else {
                    bytes[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : 32 + random.nextInt(95));
                }
            }
            try {
                ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
                long length = b.getLong();
                if (files < 500) {
                    files++;
                    Files.write(file, bytes);
                    SafetensorsFile.open(file).close();
                } else if (length < 0 || length > b.remaining()) {
                    rejected++;
                } else {
                    byte[] json = new byte[(int) length];
                    b.get(json);
                    SafetensorsHeader header = SafetensorsHeader.parse(file, json, b.remaining());
                    for (TensorInfo t : header.tensors().values()) {
                        assertThat(t.end()).isBetween(t.begin(), (long) b.remaining());
                    }
                }
            } catch (SafetensorsException e) {
                rejected++;
                assertThat(e.getMessage()).startsWith(file.toString());
            }
        }
        assertThat(rejected).isBetween(15_000, 29_999);
    }
}
