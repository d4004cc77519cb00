package org.ragdiff.retrieval.database;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.io.AtomicFiles;

/**
 * The one file of a persistent database, big-endian: magic, version, dimension, count, encoder
 * fingerprint, lengths of two sections; the entries (deflated); the thumbnails (as they are); the
 * SHA-256 of all before. Stateless.
 */
final class DatabaseFile {
    static final int VERSION = 1;

    private static final byte[] MAGIC = "RAGDIFDB".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGEST = 32;
    private static final long MAX_BYTES = 1L << 30;
    /** Of all fields together: 1 GiB in memory. */
    private static final long MAX_CELLS = 1L << 28;

    /** Deflate cannot expand further than this. */
    private static final long MAX_EXPANSION = 1032;

    private DatabaseFile() {}

    /** What a file holds. */
    record Content(
            int dimension, String encoderFingerprint, List<StructureEntry> entries, Map<String, byte[]> thumbnails) {}

    /** The target is the old file or the new one, whatever happens. */
    static void write(Path target, Content content) throws IOException {
        AtomicFiles.write(target, encode(content));
    }

    private static byte[] encode(Content content) throws IOException {
        ByteArrayOutputStream entries = new ByteArrayOutputStream();
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(new DeflaterOutputStream(entries), 1 << 15))) {
            for (StructureEntry e : content.entries()) {
                EntryCodec.write(e, out);
            }
        }
        ByteArrayOutputStream thumbnails = new ByteArrayOutputStream();
        DataOutputStream pictures = new DataOutputStream(thumbnails);
        for (StructureEntry e : content.entries()) {
            byte[] picture = content.thumbnails().getOrDefault(e.id(), new byte[0]);
            pictures.writeInt(picture.length);
            pictures.write(picture);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream(entries.size() + thumbnails.size() + 1024);
        DataOutputStream out = new DataOutputStream(file);
        out.write(MAGIC);
        out.writeInt(VERSION);
        out.writeInt(content.dimension());
        out.writeInt(content.entries().size());
        out.writeUTF(content.encoderFingerprint());
        out.writeInt(entries.size());
        out.writeInt(thumbnails.size());
        entries.writeTo(out);
        thumbnails.writeTo(out);
        out.write(sha256(file.toByteArray(), file.size()));
        return file.toByteArray();
    }

    /**
     * @throws IOException with a message for users if the file is missing, damaged, of another
     *     version or no database
     */
    static Content read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("no structure database at " + file + ": build one with `ragdiff index build`");
        }
        long size = Files.size(file);
        if (size > MAX_BYTES) {
            throw new IOException(file + " has " + size + " bytes, a structure database has at most " + MAX_BYTES);
        }
        byte[] bytes = Files.readAllBytes(file);
        try {
            return decode(bytes);
        } catch (EOFException | ZipException e) {
            throw new IOException(damaged(file, "it ends early or does not unpack"), e);
        } catch (IOException e) {
            throw new IOException(damaged(file, e.getMessage()), e);
        }
    }

    private static String damaged(Path file, String why) {
        return "cannot read the structure database " + file + ": " + why
                + "; restore it or rebuild it with `ragdiff index build`";
    }

    private static Content decode(byte[] bytes) throws IOException {
        if (bytes.length < MAGIC.length || !Arrays.equals(Arrays.copyOf(bytes, MAGIC.length), MAGIC)) {
            throw new IOException("it is not a RAGDiff structure database");
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        in.skipBytes(MAGIC.length);
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("its format version is " + version + ", this program reads version " + VERSION);
        }
        int body = bytes.length - DIGEST;
        if (body < MAGIC.length || !Arrays.equals(Arrays.copyOfRange(bytes, body, bytes.length), sha256(bytes, body))) {
            throw new IOException("its checksum does not match its content");
        }
        int dimension = in.readInt();
        int count = in.readInt();
        String fingerprint = in.readUTF();
        int entriesLength = in.readInt();
        int thumbnailsLength = in.readInt();
        int start = bytes.length - in.available();
        if (entriesLength < 0 || thumbnailsLength < 0 || (long) start + entriesLength + thumbnailsLength != body) {
            throw new IOException("its sections do not fill the file");
        }
        // Each entry takes its embedding and a few bytes at least.
        if (dimension < 1
                || dimension > ExactDatabase.MAX_DIMENSION
                || count < 0
                || (long) count * (2L * dimension + 16) > entriesLength * MAX_EXPANSION) {
            throw new IOException("it cannot hold " + count + " entries of dimension " + dimension + " in "
                    + bytes.length + " bytes");
        }
        List<StructureEntry> entries = new ArrayList<>();
        try (DataInputStream packed = new DataInputStream(new BufferedInputStream(
                new InflaterInputStream(new ByteArrayInputStream(bytes, start, entriesLength)), 1 << 15))) {
            long cells = 0;
            for (int i = 0; i < count; i++) {
                StructureEntry e = EntryCodec.read(packed, dimension);
                cells += (long) e.field().side() * e.field().side();
                if (cells > MAX_CELLS) {
                    throw new IOException("its fields unpack to more than " + MAX_CELLS + " cells");
                }
                entries.add(e);
            }
        }
        Map<String, byte[]> thumbnails = new LinkedHashMap<>();
        DataInputStream pictures =
                new DataInputStream(new ByteArrayInputStream(bytes, start + entriesLength, thumbnailsLength));
        for (StructureEntry e : entries) {
            int length = pictures.readInt();
            if (length < 0 || length > pictures.available()) {
                throw new IOException("the thumbnail of " + e.id() + " has " + length + " bytes");
            }
            if (length > 0) {
                thumbnails.put(e.id(), pictures.readNBytes(length));
            }
        }
        return new Content(dimension, fingerprint, entries, thumbnails);
    }

    private static byte[] sha256(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
