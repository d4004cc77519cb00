package org.ragdiff.core.provenance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.TreeMap;

/** SHA-256 in 64 lower-case hexadecimal digits. Stateless. */
public final class Sha256 {
    private Sha256() {}

    public static String of(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    /** Of the UTF-8 bytes. */
    public static String of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Of a file's content, read in pieces. */
    public static String of(Path file) throws IOException {
        MessageDigest digest = digest();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Of a data set: of the lines {@code HASH  NAME}, as {@code sha256sum} prints them, sorted by
     * name, with names relative to the folder and {@code /} between their parts.
     *
     * @param files any order, all under the folder
     */
    public static String of(Path folder, Collection<Path> files) throws IOException {
        TreeMap<String, String> lines = new TreeMap<>();
        for (Path f : files) {
            String name =
                    folder.relativize(f).toString().replace(f.getFileSystem().getSeparator(), "/");
            lines.put(name, of(f) + "  " + name + "\n");
        }
        return of(String.join("", lines.values()));
    }

    /** True for 64 lower-case hexadecimal digits. */
    public static boolean isDigest(String text) {
        return text.matches("[0-9a-f]{64}");
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
