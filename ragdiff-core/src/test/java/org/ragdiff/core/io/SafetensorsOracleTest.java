package org.ragdiff.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.Oracles;
import org.ragdiff.core.io.TensorSlice.Range;
import org.ragdiff.core.tensor.OffHeapLimit;

/** Byte strings that the reference's tests accept, refuse and write, and its slices: all cases of the file. */
class SafetensorsOracleTest {
    @TempDir
    private Path folder;

    static Stream<Arguments> cases() {
        return Oracles.cases(SafetensorsOracleTest.class, "06_safetensors.json");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void published(String id, JsonNode c) throws IOException {
        String procedure = c.get("procedure").asText();
        switch (procedure) {
            case "parse the whole file" -> parsed(id, c);
            case "parse" -> tooManyEntries();
            case "serialise" -> written(id, c);
            case "make a tensor view" -> misaligned(c);
            case "contiguous byte chunks of the slice", "slice", "shape of the slice" -> sliced(c);
            default -> throw new AssertionError("nothing does: " + procedure);
        }
    }

    private void parsed(String id, JsonNode c) throws IOException {
        Path file = folder.resolve("x.safetensors");
        Files.write(file, HexFormat.of().parseHex(c.at("/input/hex").asText()));
        JsonNode expected = c.get("expected");
        String verdict = expected.isTextual()
                ? expected.asText().substring(0, "rejected".length())
                : expected.path("reference").asText("accepted");
        // The format forbids duplicate keys, of which the reference keeps one: stricter is fine.
        if (verdict.equals("rejected") || id.contains("duplicate")) {
            assertThatThrownBy(() -> SafetensorsFile.open(file)).isInstanceOf(SafetensorsException.class);
            return;
        }
        assertThat(verdict).isEqualTo("accepted");
        try (SafetensorsFile f = SafetensorsFile.open(file)) {
            Map<String, String> found = new LinkedHashMap<>();
            for (String name : f.names()) {
                TensorInfo t = f.info(name);
                found.put(name, t.dtype() + text(t.shape()) + (t.end() - t.begin()));
            }
            assertThat(found).isEqualTo(tensors(c));
        }
    }

    private static String text(long[] shape) {
        return java.util.Arrays.toString(shape).replace(" ", "");
    }

    /** Name to type, shape and bytes, from what is expected or what the reference found. */
    private static Map<String, String> tensors(JsonNode c) {
        JsonNode found =
                c.at("/expected/detail").isArray() ? c.at("/expected/detail") : c.at("/verification/safetensors_0_8_0");
        assertThat(found.isArray()).isTrue();
        Map<String, String> out = new LinkedHashMap<>();
        found.forEach(t -> out.put(
                t.get(0).asText(),
                t.get(1).get("dtype").asText()
                        + t.get(1).get("shape")
                        + t.get(1).get("bytes")));
        return out;
    }

    /** Ten million entries in a header beyond the limit: refused by its length, whatever it holds. */
    private void tooManyEntries() throws IOException {
        Path file = folder.resolve("attack.safetensors");
        byte[] entry = "{\"weight_0\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
                .getBytes(StandardCharsets.UTF_8);
        long header = 10_000_000L * entry.length;
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, StandardOpenOption.SPARSE)) {
            ByteBuffer begin = ByteBuffer.allocate(8 + entry.length).order(ByteOrder.LITTLE_ENDIAN);
            out.write(begin.putLong(header).put(entry).flip());
            out.write(ByteBuffer.wrap(new byte[1]), 8 + 2 * header - 1);
        }
        com.sun.management.ThreadMXBean bean =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        try (OffHeapLimit none = new OffHeapLimit(0)) {
            long before = bean.getThreadAllocatedBytes(Thread.currentThread().getId());
            assertThatThrownBy(() -> SafetensorsFile.open(file)).hasMessageContaining("the limit is 100000000");
            assertThat(bean.getThreadAllocatedBytes(Thread.currentThread().getId()) - before)
                    .isLessThan(1_000_000);
        }
    }

    private void written(String id, JsonNode c) throws IOException {
        Path file = folder.resolve("x.safetensors");
        if (id.equals("st.write_too_large")) {
            Map<String, String> metadata = Map.of("k", "x".repeat(100_000_000));
            assertThatThrownBy(() -> SafetensorsWriter.write(file, Map.of(), Dtype.F32, metadata))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the limit is");
            assertThat(file).doesNotExist();
            return;
        }
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        Dtype storage = Dtype.F32;
        for (var fields = c.at("/input/tensors").fields(); fields.hasNext(); ) {
            var t = fields.next();
            Dtype dtype = Dtype.valueOf(t.getValue().get("dtype").asText());
            storage = dtype.isFloat() ? dtype : storage;
            tensors.put(t.getKey(), array(t.getValue(), dtype));
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        c.at("/input/metadata")
                .fields()
                .forEachRemaining(m -> metadata.put(m.getKey(), m.getValue().asText()));
        SafetensorsWriter.write(file, tensors, storage, metadata);
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(file)))
                .isEqualTo(c.at("/expected/hex").asText());
    }

    private static INDArray array(JsonNode tensor, Dtype dtype) {
        double[] values = new double[tensor.get("values").size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.get("values").get(i).asDouble();
        }
        return Nd4j.createFromArray(values).castTo(dtype.nd4j().orElseThrow()).reshape(longs(tensor.get("shape")));
    }

    private static long[] longs(JsonNode array) {
        long[] out = new long[array.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = array.get(i).asLong();
        }
        return out;
    }

    private void misaligned(JsonNode c) throws IOException {
        byte[] header = ("{\"t\":{\"dtype\":" + c.at("/input/dtype") + ",\"shape\":" + c.at("/input/shape")
                        + ",\"data_offsets\":[0,2]}}")
                .getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve("x.safetensors");
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + 2).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, bytes.putLong(header.length).put(header).array());
        assertThatThrownBy(() -> SafetensorsFile.open(file)).hasMessageContaining("its shape needs 1.5 bytes");
    }

    private void sliced(JsonNode c) throws IOException {
        long[] shape = longs(c.at("/input/shape"));
        String text = c.at("/input/slice").asText();
        JsonNode expected = c.get("expected");
        if (expected.isTextual()) {
            assertThatThrownBy(() -> TensorSlice.of(shape, ranges(text))).isInstanceOf(IllegalArgumentException.class);
            return;
        }
        TensorSlice slice = TensorSlice.of(shape, ranges(text));
        if (expected.isArray()) {
            assertThat(slice.shape()).isEqualTo(longs(expected));
            return;
        }
        assertThat(slice.shape()).isEqualTo(longs(expected.get("new_shape")));
        List<String> chunks = new ArrayList<>();
        for (int i = 0; i < slice.runs(); i++) {
            chunks.add(4 * slice.start(i) + ":" + 4 * (slice.start(i) + slice.run()));
        }
        List<String> wanted = new ArrayList<>();
        expected.get("chunks").forEach(k -> wanted.add(k.asText()));
        assertThat(chunks).isEqualTo(wanted);
        assertThat(4 * slice.length()).isEqualTo(expected.get("bytes").asLong());
        read(shape, slice, chunks);
    }

    /** The bytes of the chunks are those that are read. */
    private void read(long[] shape, TensorSlice slice, List<String> chunks) throws IOException {
        Path file = folder.resolve("slice.safetensors");
        INDArray whole = FloatMemory.array(new float[] {0, 1, 2, 3, 4, 5}, shape);
        SafetensorsWriter.write(file, Map.of("t", whole), Dtype.F32, Map.of());
        try (SafetensorsFile f = SafetensorsFile.open(file);
                INDArray part = f.read("t", slice)) {
            assertThat(part.shape()).isEqualTo(slice.shape());
            float[] values = FloatMemory.toArray(part);
            int at = 0;
            for (String chunk : chunks) {
                String[] ends = chunk.split(":");
                for (int i = Integer.parseInt(ends[0]) / 4; i < Integer.parseInt(ends[1]) / 4; i++) {
                    assertThat(values[at++]).isEqualTo(i);
                }
            }
        }
    }

    /** As numpy writes them; lists of positions, which the reference refuses unless they are empty, are not offered. */
    private static Range[] ranges(String text) {
        List<Range> out = new ArrayList<>();
        for (String part : text.substring(1, text.length() - 1).split(",(?![^\\[]*\\])")) {
            if (part.equals("[]")) {
                out.add(Range.none());
            } else if (part.startsWith("[")) {
                throw new IllegalArgumentException("lists are not offered: " + part);
            } else if (part.contains(":")) {
                String[] ends = part.split(":", -1);
                out.add(Range.of(
                        ends[0].isEmpty() ? 0 : Long.parseLong(ends[0]),
                        ends[1].isEmpty() ? Range.END : Long.parseLong(ends[1])));
            } else {
                out.add(Range.at(Long.parseLong(part)));
            }
        }
        return out.toArray(new Range[0]);
    }
}
