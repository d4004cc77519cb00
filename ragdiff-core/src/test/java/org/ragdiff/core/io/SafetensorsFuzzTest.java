package org.ragdiff.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.OffHeapLimit;
import org.ragdiff.core.tensor.OffHeapMemory;

/**
 * Mutated headers: each is accepted or refused by a {@link SafetensorsException}, at once, and takes memory by what
 * the file holds, never by what it claims. What is accepted can be read whole.
 */
class SafetensorsFuzzTest {
    private static final int HEADERS = 100_000;
    /** Files go through the disk, whose share is smaller: opening and reading cost more than parsing. */
    private static final int FILES = 2_000;

    private static final long LONGEST_NANOS = 1_000_000_000L;
    /** The parser's own buffers and messages; arrays by claimed sizes would be far larger. */
    private static final long PARSER_BYTES = 400_000;

    private static final ThreadMXBean BEAN = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final String[] TOKENS = {
        "0",
        "-1",
        "1e9",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "4294967296",
        "null",
        "true",
        "[]",
        "{}",
        "[",
        "]",
        "{",
        "}",
        "\"",
        ",",
        ":",
        "\\u0000",
        "\\ud800",
        "\"F32\"",
        "\"BOOL\"",
        "\"F4\"",
        "\"C64\"",
        "\"shape\"",
        "\"dtype\"",
        "\"data_offsets\"",
        "\"__metadata__\"",
        "[[[[[[[[",
        " ",
        "\n"
    };

    @Test
    void mutatedHeaders() {
        SplittableRandom random = new SplittableRandom(20_240_607);
        List<byte[]> seeds = seeds();
        Path name = Path.of("fuzz.safetensors");
        int accepted = 0;
        long slowest = 0;
        for (int i = 0; i < HEADERS; i++) {
            byte[] header = mutated(random, seeds.get(random.nextInt(seeds.size())));
            long data = random.nextInt(4) == 0 ? random.nextInt(64) : 40;
            long before = allocated();
            long start = System.nanoTime();
            try {
                SafetensorsHeader h = SafetensorsHeader.parse(name, header, data);
                accepted++;
                long end = 0;
                for (TensorInfo t : h.tensors().values()) {
                    require(t.begin() == end && t.length() * t.dtype().bits() == (t.end() - t.begin()) * 8, i, "" + t);
                    end = t.end();
                }
                require(end == data, i, "data to " + end);
            } catch (SafetensorsException e) {
                require(e.getMessage().contains("fuzz.safetensors"), i, e.getMessage());
            } catch (RuntimeException | Error e) {
                throw new AssertionError("header " + i + ": " + new String(header, StandardCharsets.ISO_8859_1), e);
            }
            slowest = Math.max(slowest, System.nanoTime() - start);
            long taken = allocated() - before;
            require(taken < PARSER_BYTES + 64L * header.length, i, taken + " bytes of heap");
        }
        assertThat(slowest).isLessThan(LONGEST_NANOS);
        // Neither all refused nor hardly mutated.
        assertThat(accepted).isBetween(HEADERS / 100, HEADERS / 2);
    }

    @Test
    void mutatedFiles(@TempDir Path folder) throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        List<byte[]> seeds = seeds();
        Path file = folder.resolve("fuzz.safetensors");
        // Classes that are loaded once take more than a file.
        Nd4j.scalar(1f).close();
        for (byte[] seed : seeds) {
            Files.write(file, file(seed.length, seed, 40));
            readAll(file);
        }
        long offHeap = OffHeapMemory.bytes();
        for (int i = 0; i < FILES; i++) {
            byte[] header = mutated(random, seeds.get(random.nextInt(seeds.size())));
            byte[] bytes = file(random, header);
            Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
            long before = allocated();
            long start = System.nanoTime();
            try {
                readAll(file);
            } catch (SafetensorsException e) {
                require(
                        e.getMessage().contains("fuzz.safetensors")
                                && !e.getMessage().contains("\n"),
                        i,
                        e.getMessage());
            } catch (RuntimeException | Error e) {
                throw new AssertionError("file " + i + ": " + Arrays.toString(bytes), e);
            }
            require(System.nanoTime() - start < LONGEST_NANOS, i, "took more than a second");
            long heap = allocated() - before;
            long outside = OffHeapMemory.bytes() - offHeap;
            require(heap < 2_000_000 && outside < 1_000_000, i, heap + " bytes of heap, " + outside + " off it");
        }
    }

    /** ND4J itself refuses an array that is larger than the file, or twice so where halves become floats. */
    private static void readAll(Path file) throws IOException {
        long size = Files.size(file);
        try (OffHeapLimit one = new OffHeapLimit(size);
                SafetensorsFile s = SafetensorsFile.open(file)) {
            for (String name : s.names()) {
                if (s.info(name).dtype().nd4j().isPresent()) {
                    s.read(name).close();
                    try (OffHeapLimit two = new OffHeapLimit(2 * size)) {
                        if (s.info(name).dtype().isFloat()) {
                            s.readFloat(name).close();
                        }
                    }
                }
            }
        }
    }

    /** As assertThat, without its price 100,000 times. */
    private static void require(boolean holds, int i, String found) {
        if (!holds) {
            throw new AssertionError("mutation " + i + ": " + found);
        }
    }

    private static long allocated() {
        return BEAN.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    /** Valid headers over 40 bytes of data. */
    private static List<byte[]> seeds() {
        return List.of(
                utf8("{\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
                        + "\"b\":{\"dtype\":\"F16\",\"shape\":[8],\"data_offsets\":[24,40]}}   "),
                utf8("{\"__metadata__\":{\"format\":\"pt\",\"ü\":\"\\u00e9\"},"
                        + "\"x.y\":{\"dtype\":\"I64\",\"shape\":[5],\"data_offsets\":[0,40]}}"),
                utf8("{\"s\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]},"
                        + "\"e\":{\"dtype\":\"F32\",\"shape\":[0,4],\"data_offsets\":[8,8]},"
                        + "\"t\":{\"dtype\":\"U8\",\"shape\":[4,8],\"data_offsets\":[8,40]}}"));
    }

    private static byte[] utf8(String s) {
        return s.getBytes(StandardCharsets.UTF_8);
    }

    /** The header behind its length, which is wrong in one of eight; data that may be cut short. */
    private static byte[] file(SplittableRandom random, byte[] header) {
        long length = header.length;
        if (random.nextInt(8) == 0) {
            length = switch (random.nextInt(4)) {
                case 0 -> random.nextLong();
                case 1 -> 100_000_000;
                case 2 -> Long.MAX_VALUE;
                default -> length + random.nextInt(-9, 64);
            };
        }
        int data = random.nextInt(8) == 0 ? random.nextInt(64) : 40;
        byte[] bytes = file(length, header, data);
        return random.nextInt(16) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    private static byte[] file(long length, byte[] header, int data) {
        ByteBuffer out = ByteBuffer.allocate(8 + header.length + data).order(ByteOrder.LITTLE_ENDIAN);
        return out.putLong(length).put(header).array();
    }

    private static byte[] mutated(SplittableRandom random, byte[] seed) {
        List<Byte> bytes = new ArrayList<>();
        for (byte b : seed) {
            bytes.add(b);
        }
        for (int n = random.nextInt(1, 4); n > 0 && !bytes.isEmpty(); n--) {
            int at = random.nextInt(bytes.size());
            switch (random.nextInt(7)) {
                case 0 -> bytes.set(at, (byte) random.nextInt(256));
                case 1 -> bytes.set(at, (byte) (bytes.get(at) ^ 1 << random.nextInt(8)));
                case 2 -> bytes.remove(at);
                case 3 -> bytes.addAll(at, boxed(TOKENS[random.nextInt(TOKENS.length)]));
                case 4 -> {
                    int to = Math.min(bytes.size(), at + random.nextInt(1, 40));
                    bytes.addAll(at, List.copyOf(bytes.subList(at, to)));
                }
                case 5 ->
                    bytes.subList(at, Math.min(bytes.size(), at + random.nextInt(1, 20)))
                            .clear();
                default -> replaceNumber(random, bytes, at);
            }
        }
        byte[] out = new byte[bytes.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = bytes.get(i);
        }
        return out;
    }

    /** The next digit from there on becomes a number at the edge of something. */
    private static void replaceNumber(SplittableRandom random, List<Byte> bytes, int from) {
        for (int i = from; i < bytes.size(); i++) {
            if (bytes.get(i) >= '0' && bytes.get(i) <= '9') {
                bytes.remove(i);
                bytes.addAll(i, boxed(TOKENS[random.nextInt(7)]));
                return;
            }
        }
    }

    private static List<Byte> boxed(String s) {
        List<Byte> out = new ArrayList<>();
        for (byte b : utf8(s)) {
            out.add(b);
        }
        return out;
    }
}
