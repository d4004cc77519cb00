package org.ragdiff.core.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.UUID;

/**
 * Writes files so that a reader, a crash or a full disk sees the old content or the new, never a
 * part: a temporary name in the same folder, fsync, rename. The temporary file is deleted on
 * failure. Messages name the target and what to do. Thread-safe.
 */
public final class AtomicFiles {
    /** Writes the content. */
    @FunctionalInterface
    public interface ContentWriter<T> {
        void write(T target) throws IOException;
    }

    private AtomicFiles() {}

    /** @throws IOException with a one-line message if the file cannot be written */
    public static void write(Path path, byte[] content) throws IOException {
        writeChannel(path, channel -> {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        });
    }

    /**
     * @param content writes to a buffered stream, which it need not close
     * @throws IOException with a one-line message if the file cannot be written
     */
    public static void write(Path path, ContentWriter<OutputStream> content) throws IOException {
        writeChannel(path, channel -> {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            content.write(out);
            out.flush();
        });
    }

    /**
     * @param content writes to a channel at position 0
     * @throws IOException with a one-line message if the file cannot be written
     */
    public static void writeChannel(Path path, ContentWriter<FileChannel> content) throws IOException {
        Path target = path.toAbsolutePath().normalize();
        Path folder = target.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException(
                    "cannot write " + path + ": the folder " + folder + " does not exist; create it first");
        }
        if (Files.isDirectory(target)) {
            throw new IOException("cannot write " + path + ": it is a folder; give the name of a file");
        }
        Path temporary = folder.resolve(".ragdiff-" + UUID.randomUUID() + ".tmp");
        boolean done = false;
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                content.write(channel);
                channel.force(true);
            }
            move(temporary, target);
            done = true;
            syncFolder(folder);
        } catch (IOException e) {
            throw describe(path, folder, e);
        } finally {
            if (!done) {
                Files.deleteIfExists(temporary);
            }
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException | FileAlreadyExistsException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void syncFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Some systems cannot open a folder as a file; the content itself is already on disk.
            return;
        }
    }

    /** With those of the causes: encoders wrap what the system said. */
    private static String messages(Throwable e) {
        StringBuilder all = new StringBuilder();
        for (Throwable t = e; t != null; t = t.getCause()) {
            all.append(t.getMessage()).append('\n');
        }
        return all.toString();
    }

    private static IOException describe(Path path, Path folder, IOException e) {
        String lower = messages(e).toLowerCase(Locale.ROOT);
        if (lower.contains("no space left") || lower.contains("not enough space") || lower.contains("quota exceeded")) {
            return new IOException(
                    "cannot write " + path + ": the disk is full; free some space or choose another folder", e);
        }
        if (lower.contains("read-only file system")) {
            return new IOException("cannot write " + path + ": the file system is read-only; choose another folder", e);
        }
        if (e instanceof AccessDeniedException
                || lower.contains("permission denied")
                || lower.contains("operation not permitted")) {
            return new IOException(
                    "cannot write " + path + ": no permission to write in " + folder
                            + "; change its permissions or choose another folder",
                    e);
        }
        String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return new IOException(
                "cannot write " + path + ": "
                        + (reason == null ? e.getClass().getSimpleName() + " in " + folder : reason),
                e);
    }
}
