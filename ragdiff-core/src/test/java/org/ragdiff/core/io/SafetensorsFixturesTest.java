package org.ragdiff.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.SharedFiles;
import org.ragdiff.core.tensor.OffHeapLimit;
import org.ragdiff.core.tensor.OffHeapMemory;

/** Files on which the reference library's verdict is recorded. */
class SafetensorsFixturesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ThreadMXBean BEAN = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TestFactory
    Stream<DynamicTest> verdictsOfTheReference() throws Exception {
        Path folder = SharedFiles.require("fixtures/safetensors-malformed");
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode f : JSON.readTree(folder.resolve("index.json").toFile()).get("files")) {
            String file = f.get("file").asText();
            boolean accepts = f.get("verdict").asText().equals("accepts") && !file.equals("dup_keys_same.safetensors");
            tests.add(DynamicTest.dynamicTest(file, () -> {
                if (!accepts) {
                    long before =
                            BEAN.getThreadAllocatedBytes(Thread.currentThread().getId());
                    long offHeap = OffHeapMemory.bytes();
                    try (OffHeapLimit none = new OffHeapLimit(0)) {
                        assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve(file)))
                                .isInstanceOf(SafetensorsException.class)
                                .hasMessageContaining(file)
                                .message()
                                .doesNotContain("\n", "REDACTED")
                                .containsPattern(faultyTensor(file));
                    }
                    // The parser's own buffers, and nothing by the sizes that the file claims.
                    assertThat(BEAN.getThreadAllocatedBytes(
                                            Thread.currentThread().getId())
                                    - before)
                            .isLessThan(1_000_000);
                    assertThat(OffHeapMemory.bytes() - offHeap).isLessThanOrEqualTo(Files.size(folder.resolve(file)));
                    return;
                }
                try (SafetensorsFile s = SafetensorsFile.open(folder.resolve(file))) {
                    assertThat(s.names()).hasSize(f.get("keys").size());
                    for (JsonNode key : f.get("keys")) {
                        JsonNode shape = f.get("tensors").get(key.asText()).get("shape");
                        TensorInfo info = s.info(key.asText());
                        assertThat(Arrays.toString(info.shape()).replace(" ", ""))
                                .isEqualTo(shape.toString());
                        if (info.dtype().nd4j().isPresent()) {
                            assertThat(s.readFloat(key.asText()).length()).isEqualTo(info.length());
                        }
                    }
                    if (f.get("metadata").isObject()) {
                        assertThat(JSON.<JsonNode>valueToTree(s.metadata())).isEqualTo(f.get("metadata"));
                    }
                }
            }));
        }
        return tests.stream();
    }

    /** The tensor that the message must name, with its place, where the file has a fault in one. */
    private static String faultyTensor(String file) {
        if (file.matches("bad_(overlap|gap)\\..*")) {
            return "tensor \"b\" .* at bytes \\d+ to \\d+";
        }
        if (file.matches("bad_(begin|gap_at|size|offsets|extra|shape_overflow).*")) {
            return "tensor \"a\" .* at bytes \\d+ to \\d+";
        }
        if (file.matches("bad_(dtype|negative|missing|shape).*")) {
            return "tensor \"a\"";
        }
        return file.matches("bad_json_tr.*") ? "at its character \\d+ after tensor|at its character \\d+:" : "";
    }

    @Test
    void valuesOfAllTypes() throws Exception {
        Path folder = SharedFiles.require("fixtures/safetensors-malformed");
        JsonNode expected = JSON.readTree(folder.resolve("index.json").toFile()).get("all_dtypes_values");
        try (SafetensorsFile s = SafetensorsFile.open(folder.resolve("ok_all_dtypes.safetensors"))) {
            for (String name : List.of("t_F16", "t_BF16", "t_F32", "t_I8", "t_U8", "t_I16", "t_I32", "t_U16")) {
                float[] got = FloatMemory.toArray(s.readFloat(name));
                for (int i = 0; i < 3; i++) {
                    String text = expected.get(name).get(i).asText().replace("inf", "Infinity");
                    assertThat(got[i]).as(name + "[" + i + "]").isEqualTo(Float.parseFloat(text));
                }
            }
            INDArray f64 = s.read("t_F64", DataType.DOUBLE);
            assertThat(f64.getDouble(0)).isEqualTo(1.5);
            assertThat(f64.getDouble(1)).isEqualTo(-1e300);
            assertThat(f64.getDouble(2)).isNaN();
            assertThat(FloatMemory.toArray(s.readFloat("t_F64"))[1]).isEqualTo(Float.NEGATIVE_INFINITY);
            INDArray i64 = s.read("t_I64", DataType.LONG);
            assertThat(i64.getLong(0)).isEqualTo(Long.MIN_VALUE);
            assertThat(i64.getLong(2)).isEqualTo(Long.MAX_VALUE);
            assertThat(FloatMemory.toArray(s.readFloat("t_BOOL"))).containsExactly(1, 0, 1);
            assertThatThrownBy(() -> s.readFloat("t_F8_E4M3")).hasMessageContaining("not supported");
            for (String name : List.of("t_F16", "t_BF16", "t_F32", "t_F64", "t_I64", "t_I32", "t_U8", "t_I16")) {
                assertThat(s.map(name).toStringFull())
                        .as(name)
                        .isEqualTo(s.read(name).toStringFull());
            }
        }
    }
}
