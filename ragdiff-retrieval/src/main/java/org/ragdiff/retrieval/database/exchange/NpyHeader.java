package org.ragdiff.retrieval.database.exchange;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The header of NumPy's array files, versions 1.0 to 3.0, for little-endian float16 and float32 in C order
 * (numpy.lib.format).
 *
 * @param half whether numbers are float16
 * @param shape sizes
 */
record NpyHeader(boolean half, long... shape) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int LONGEST = 1 << 14;
    private static final Pattern DESCR = Pattern.compile("'descr':\\s*'([^']{1,16})'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order':\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([0-9, ]{0,100})\\)");

    int numberBytes() {
        return half ? 2 : 4;
    }

    /** Numbers of one row, that is of the dimensions after the first. */
    long rowLength() {
        return Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
    }

    byte[] encode() {
        String sizes = LongStream.of(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
        String text = "{'descr': '" + (half ? "<f2" : "<f4") + "', 'fortran_order': False, 'shape': (" + sizes
                + (shape.length == 1 ? ",), }" : "), }");
        // The data begin at a multiple of 64 bytes.
        int padding = 63 - (MAGIC.length + 4 + text.length()) % 64;
        byte[] header = (text + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] out = new byte[MAGIC.length + 4 + header.length];
        System.arraycopy(MAGIC, 0, out, 0, MAGIC.length);
        out[6] = 1;
        out[8] = (byte) header.length;
        out[9] = (byte) (header.length >> 8);
        System.arraycopy(header, 0, out, 10, header.length);
        return out;
    }

    /**
     * Reads it off the beginning of a file.
     *
     * @param bytes of the whole file
     * @throws IOException if it is not such a header, or the data behind it have another length
     */
    static NpyHeader read(DataInputStream in, long bytes, Path file) throws IOException {
        byte[] start = in.readNBytes(8);
        if (start.length < 8 || !Arrays.equals(Arrays.copyOf(start, 6), MAGIC) || start[6] < 1 || start[6] > 3) {
            throw new IOException(file + " is no NumPy array (.npy) of version 1 to 3");
        }
        int field = start[6] == 1 ? 2 : 4;
        long length = 0;
        for (int i = 0; i < field; i++) {
            length |= (long) in.readUnsignedByte() << 8 * i;
        }
        if (length > LONGEST) {
            throw new IOException(file + " has a header of " + length + " bytes, at most " + LONGEST + " are read");
        }
        String text = new String(in.readNBytes((int) length), StandardCharsets.UTF_8);
        String descr = find(DESCR, text, file);
        if (!descr.equals("<f2") && !descr.equals("<f4")
                || !find(ORDER, text, file).equals("False")) {
            throw new IOException(file + " holds " + text.strip() + ", expected little-endian float16 or float32 (<f2,"
                    + " <f4) in C order: numpy.ascontiguousarray(x, '<f4')");
        }
        try {
            long[] shape = Arrays.stream(find(SHAPE, text, file).split(","))
                    .map(String::strip)
                    .filter(s -> !s.isEmpty())
                    .mapToLong(Long::parseLong)
                    .toArray();
            NpyHeader header = new NpyHeader(descr.equals("<f2"), shape);
            long numbers = Arrays.stream(shape).reduce(1, Math::multiplyExact);
            long expected = Math.addExact(8 + field + length, Math.multiplyExact(numbers, header.numberBytes()));
            if (expected != bytes) {
                throw new IOException(file + " has " + bytes + " bytes, its header " + Arrays.toString(shape)
                        + " asks for " + expected + ": it is cut or not an array");
            }
            return header;
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IOException(file + " has an impossible shape: " + text.strip(), e);
        }
    }

    private static String find(Pattern pattern, String text, Path file) throws IOException {
        Matcher m = pattern.matcher(text);
        if (!m.find()) {
            throw new IOException(file + " has a header without " + pattern + ": " + text.strip());
        }
        return m.group(1);
    }
}
