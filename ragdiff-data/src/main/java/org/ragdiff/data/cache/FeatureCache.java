package org.ragdiff.data.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * A file of float32 records of one {@link FeatureLayout}, read through a memory map. It is found again by
 * its key (a hash of all that its contents depend on); a file of another key, layout or length is not
 * used. What a computation that was cut short has left goes on in {@code NAME.part}. Reading is thread-safe.
 */
public final class FeatureCache {
    private static final String MAGIC = "ragdiff-features-1\n";
    private static final int MAX_HEADER = 1 << 16;

    private final FeatureLayout layout;
    private final int count;
    private final ByteBuffer[] records;

    private FeatureCache(FeatureLayout layout, int count, ByteBuffer[] records) {
        this.layout = layout;
        this.count = count;
        this.records = records;
    }

    /** Computes all records; record i is a function of i alone. */
    @FunctionalInterface
    public interface Source {
        /** @param sink to be called once for each record that is not {@link Sink#present} yet, in order */
        void writeAll(Sink sink) throws IOException;
    }

    /** Takes records. */
    public interface Sink {
        /** Records that an earlier computation of the same key has left; the next one to append has this number. */
        int present();

        /** Appends a record; the array is copied. */
        void append(float[] record) throws IOException;
    }

    /** Opens the cache, or computes it, replacing the file atomically. */
    public static FeatureCache openOrCompute(Path file, String key, FeatureLayout layout, Source source)
            throws IOException {
        Optional<FeatureCache> found = open(file, key, layout);
        if (found.isPresent()) {
            return found.get();
        }
        Path directory = file.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        Path part = directory.resolve(file.getFileName() + ".part");
        write(part, key, layout, source);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return open(file, key, layout).orElseThrow(() -> new IOException("cannot read back the cache " + file));
    }

    /** One computation at a time: a second one is refused while the file is locked. */
    private static void write(Path part, String key, FeatureLayout layout, Source source) throws IOException {
        byte[] header = header(key, layout);
        long recordBytes = (long) layout.recordLength() * Float.BYTES;
        try (FileChannel channel =
                FileChannel.open(part, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            lock(channel, part);
            int present = present(channel, header, recordBytes);
            channel.truncate(present == 0 ? 0 : header.length + present * recordBytes);
            channel.position(channel.size());
            Records records = new Records(channel, layout, present);
            if (present == 0) {
                records.write(header);
            }
            try {
                source.writeAll(records);
            } finally {
                records.flush();
                if (channel.size() <= header.length) {
                    Files.deleteIfExists(part);
                }
            }
            channel.force(true);
        }
    }

    private static void lock(FileChannel channel, Path part) throws IOException {
        boolean locked;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            locked = false;
        }
        if (!locked) {
            throw new IOException("another run computes " + part + ": wait for it, or give another folder");
        }
    }

    /** Whole records behind a fitting header. */
    private static int present(FileChannel channel, byte[] header, long recordBytes) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(header.length);
        boolean fits = channel.read(head, 0) == header.length && Arrays.equals(head.array(), header);
        return fits ? Math.toIntExact((channel.size() - header.length) / recordBytes) : 0;
    }

    /** Appends to a file, a few megabytes at a time. */
    private static final class Records implements Sink {
        private static final int BUFFER = 1 << 20;
        private final FileChannel channel;
        private final FeatureLayout layout;
        private final int present;
        private final ByteBuffer bytes;

        Records(FileChannel channel, FeatureLayout layout, int present) {
            this.channel = channel;
            this.layout = layout;
            this.present = present;
            this.bytes = ByteBuffer.allocate(Math.max(BUFFER, layout.recordLength() * Float.BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public int present() {
            return present;
        }

        @Override
        public void append(float[] record) throws IOException {
            if (record.length != layout.recordLength()) {
                throw new IllegalArgumentException("record of " + record.length + " floats, the layout " + layout
                        + " has " + layout.recordLength());
            }
            if (bytes.remaining() < record.length * Float.BYTES) {
                flush();
            }
            bytes.asFloatBuffer().put(record);
            bytes.position(bytes.position() + record.length * Float.BYTES);
        }

        void write(byte[] header) throws IOException {
            bytes.put(header);
            flush();
        }

        void flush() throws IOException {
            bytes.flip();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            bytes.clear();
        }
    }

    private static byte[] header(String key, FeatureLayout layout) {
        byte[] text = (MAGIC + key + "\n" + layout + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] padded = new byte[(text.length + 63) / 64 * 64];
        System.arraycopy(text, 0, padded, 0, text.length);
        if (padded.length > MAX_HEADER) {
            throw new IllegalArgumentException("cache key and layout take more than " + MAX_HEADER + " bytes");
        }
        return padded;
    }

    private static Optional<FeatureCache> open(Path file, String key, FeatureLayout layout) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        byte[] expected = header(key, layout);
        long recordBytes = (long) layout.recordLength() * Float.BYTES;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long body = channel.size() - expected.length;
            ByteBuffer head = ByteBuffer.allocate(expected.length);
            if (body < 0 || body % recordBytes != 0 || channel.read(head, 0) != expected.length) {
                return Optional.empty();
            }
            if (!Arrays.equals(head.array(), expected)) {
                return Optional.empty();
            }
            int count = Math.toIntExact(body / recordBytes);
            int perMap = perMap(recordBytes);
            ByteBuffer[] maps = new ByteBuffer[(count + perMap - 1) / perMap];
            for (int i = 0; i < maps.length; i++) {
                long first = (long) i * perMap;
                long n = Math.min(perMap, count - first);
                maps[i] = channel.map(
                                FileChannel.MapMode.READ_ONLY, expected.length + first * recordBytes, n * recordBytes)
                        .order(ByteOrder.LITTLE_ENDIAN);
            }
            return Optional.of(new FeatureCache(layout, count, maps));
        }
    }

    private static int perMap(long recordBytes) {
        return (int) Math.max(1, (1L << 30) / recordBytes);
    }

    /** Number of records. */
    public int count() {
        return count;
    }

    /** Copies a part of a record into {@code out} at {@code to}. */
    public void read(int index, String part, float[] out, int to) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("record " + index + " of " + count);
        }
        int perMap = perMap((long) layout.recordLength() * Float.BYTES);
        FloatBuffer floats = records[index / perMap].asFloatBuffer();
        floats.get((index % perMap) * layout.recordLength() + layout.offset(part), out, to, layout.length(part));
    }
}
