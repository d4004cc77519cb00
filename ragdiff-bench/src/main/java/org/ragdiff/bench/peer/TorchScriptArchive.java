package org.ragdiff.bench.peer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript archive of one module without parameters, from the text of its methods: the zip
 * file that {@code torch.jit.save} makes and {@code torch::jit::load} reads (PyTorch, {@code
 * torch/csrc/jit/docs/serialization.md}). Text in an archive is TorchScript as the serialiser prints it:
 * operators are {@code torch.NAME} with ATen's arguments, data types and memory formats are integers.
 */
final class TorchScriptArchive {
    private static final String MODULE = "Module0";
    /** Operators' schemas as of this version; 10 is PyTorch 1.13's and all later ones'. */
    private static final String VERSION = "10\n";

    private TorchScriptArchive() {}

    /**
     * Writes the archive.
     *
     * @param methods {@code def} blocks, not indented, each with {@code self} first
     */
    static void write(Path file, String methods) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            entry(zip, "data.pkl", moduleObject());
            entry(zip, "code/__torch__.py", source(methods).getBytes(StandardCharsets.UTF_8));
            entry(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            entry(zip, "version", VERSION.getBytes(StandardCharsets.US_ASCII));
            entry(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static String source(String methods) {
        StringBuilder s = new StringBuilder("class " + MODULE + "(Module):\n")
                .append("  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
        methods.lines()
                .filter(line -> !line.isBlank())
                .forEach(line -> s.append("  ").append(line).append('\n'));
        return s.toString();
    }

    /** A pickle, protocol 2: {@code __torch__.Module0} built from the state {"training": False}. */
    private static byte[] moduleObject() {
        ByteArrayOutputStream p = new ByteArrayOutputStream();
        p.write(0x80);
        p.write(2);
        ascii(p, "c__torch__\n" + MODULE + "\n"); // GLOBAL
        ascii(p, ")\u0081"); // EMPTY_TUPLE NEWOBJ
        ascii(p, "}("); // EMPTY_DICT MARK
        ascii(p, "X\b\0\0\0training\u0089"); // BINUNICODE of 8 bytes, NEWFALSE
        ascii(p, "ub."); // SETITEMS BUILD STOP
        return p.toByteArray();
    }

    private static void ascii(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void entry(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        ZipEntry e = new ZipEntry("archive/" + name);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        e.setMethod(ZipEntry.STORED);
        e.setSize(bytes.length);
        e.setCompressedSize(bytes.length);
        e.setCrc(crc.getValue());
        zip.putNextEntry(e);
        zip.write(bytes);
        zip.closeEntry();
    }
}
