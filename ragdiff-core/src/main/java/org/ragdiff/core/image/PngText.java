package org.ragdiff.core.image;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the uncompressed text chunks (tEXt, iTXt) of a PNG, each at most 16 MiB. Stateless. */
final class PngText {
    private static final int MAX_CHUNK = 16 << 20;

    private PngText() {}

    static Map<String, String> read(Path path) throws IOException {
        Map<String, String> text = new LinkedHashMap<>();
        try (InputStream file = Files.newInputStream(path);
                DataInputStream in = new DataInputStream(file)) {
            if (in.readLong() != 0x89504e470d0a1a0aL) {
                throw new ImageFormatException(path + ": is not a PNG file");
            }
            while (true) {
                long length = in.readInt() & 0xffffffffL;
                int type = in.readInt();
                boolean latin = type == 0x74455874;
                if (type == 0x49454e44) {
                    return text;
                }
                if ((latin || type == 0x69545874) && length <= MAX_CHUNK) {
                    byte[] chunk = in.readNBytes((int) length);
                    if (chunk.length < length) {
                        throw new EOFException();
                    }
                    add(text, chunk, latin);
                } else {
                    in.skipNBytes(length);
                }
                in.skipNBytes(4);
            }
        } catch (EOFException e) {
            throw new ImageFormatException(path + ": is a truncated PNG file; fetch or save it again", e);
        }
    }

    private static void add(Map<String, String> text, byte[] chunk, boolean latin) {
        int end = zero(chunk, 0);
        if (end == chunk.length) {
            return;
        }
        String keyword = new String(chunk, 0, end, StandardCharsets.ISO_8859_1);
        if (latin) {
            text.put(keyword, new String(chunk, end + 1, chunk.length - end - 1, StandardCharsets.ISO_8859_1));
        } else if (end + 2 < chunk.length && chunk[end + 1] == 0) {
            int start = zero(chunk, zero(chunk, end + 3) + 1) + 1;
            if (start <= chunk.length) {
                text.put(keyword, new String(chunk, start, chunk.length - start, StandardCharsets.UTF_8));
            }
        }
    }

    private static int zero(byte[] chunk, int from) {
        int at = from;
        while (at < chunk.length && chunk[at] != 0) {
            at++;
        }
        return Math.min(at, chunk.length);
    }
}
