package org.ragdiff.retrieval.database;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEntry;

/** What a database holds, whatever it is kept in. Stateless. */
public final class DatabaseContents {
    private DatabaseContents() {}

    /**
     * SHA-256 over encoder, dimension and all entries in order: id, group, attributes, embedding, field; 64
     * lower-case hexadecimal digits. Databases of different kinds with the same entries have the same.
     */
    public static String sha256(StructureDatabase database) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        text(digest, database.encoderFingerprint());
        number(digest, database.dimension());
        for (StructureEntry e : database.entries()) {
            text(digest, e.id());
            text(digest, e.group());
            e.attributes().values().forEach(v -> text(digest, v.name()));
            numbers(digest, e.embedding());
            number(digest, e.field().side());
            numbers(digest, e.field().toArray());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void text(MessageDigest digest, String s) {
        byte[] bytes = s.getBytes(StandardCharsets.UTF_8);
        number(digest, bytes.length);
        digest.update(bytes);
    }

    private static void number(MessageDigest digest, int n) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, n));
    }

    private static void numbers(MessageDigest digest, float[] v) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * v.length);
        bytes.asFloatBuffer().put(FloatBuffer.wrap(v));
        digest.update(bytes);
    }
}
