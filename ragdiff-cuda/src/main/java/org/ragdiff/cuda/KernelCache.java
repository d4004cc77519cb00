package org.ragdiff.cuda;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.ragdiff.core.io.AtomicFiles;
import org.ragdiff.core.provenance.Sha256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiled kernels in a folder, found by a hash of source, options, compiler and architecture. A file holds a hash of
 * its contents: what is damaged is compiled again. The least recently used files go when there are more than
 * {@value #MOST}. A folder that cannot be used costs a warning, not the run. Several processes may share one.
 */
final class KernelCache {
    /** The folder; by default {@code .cache/ragdiff/cuda} in the user's home. */
    static final String FOLDER = "ragdiff.cuda.cache";

    static final int MOST = 16;

    private static final Logger LOG = LoggerFactory.getLogger(KernelCache.class);
    private static final byte[] MAGIC = "ragdiff-cubin-1\n".getBytes(StandardCharsets.US_ASCII);
    private static final long LARGEST = 64L << 20;

    private final Path folder;

    KernelCache(Path folder) {
        this.folder = folder;
    }

    static KernelCache ofSystemProperties() {
        String named = System.getProperty(FOLDER, "").trim();
        return new KernelCache(
                named.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".cache", "ragdiff", "cuda")
                        : Path.of(named));
    }

    /** The machine code of a key, compiled unless it is there. */
    byte[] get(String source, String compiler, String architecture, Supplier<byte[]> compile) {
        String key = Sha256.of(source + "\n" + compiler).substring(0, 32);
        Path file = folder.resolve(architecture + "-" + key + ".cubin");
        byte[] found = read(file);
        if (found != null) {
            return found;
        }
        long start = System.nanoTime();
        byte[] made = compile.get();
        LOG.info("compiled the GPU kernels for {} in {} ms", architecture, (System.nanoTime() - start) / 1_000_000);
        write(file, made);
        return made;
    }

    private static byte[] read(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
                return null;
            }
            byte[] all = Files.readAllBytes(file);
            int header = MAGIC.length + 64;
            if (all.length > header && Arrays.equals(MAGIC, Arrays.copyOf(all, MAGIC.length))) {
                byte[] code = Arrays.copyOfRange(all, header, all.length);
                String expected = new String(all, MAGIC.length, 64, StandardCharsets.US_ASCII);
                if (expected.equals(Sha256.of(code))) {
                    Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
                    return code;
                }
            }
            LOG.warn("{} is damaged; the GPU kernels are compiled again", file);
        } catch (IOException e) {
            LOG.warn("cannot read {}: {}; the GPU kernels are compiled again", file, e.getMessage());
        }
        return null;
    }

    private void write(Path file, byte[] code) {
        try {
            Files.createDirectories(folder);
            ByteBuffer all = ByteBuffer.allocate(MAGIC.length + 64 + code.length);
            all.put(MAGIC)
                    .put(Sha256.of(code).getBytes(StandardCharsets.US_ASCII))
                    .put(code);
            AtomicFiles.write(file, all.array());
            prune(file);
        } catch (IOException e) {
            LOG.warn("compiled GPU kernels are not kept: {}; name another folder with -D{}", e.getMessage(), FOLDER);
        }
    }

    private void prune(Path kept) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(f -> f.toString().endsWith(".cubin") && !f.equals(kept))
                    .sorted(Comparator.comparing(KernelCache::usedAt).reversed())
                    .toList();
        }
        for (Path f : files.subList(Math.min(MOST - 1, files.size()), files.size())) {
            Files.deleteIfExists(f);
        }
    }

    private static FileTime usedAt(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }
}
