package org.ragdiff.core.provenance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the running program is built from and runs on. Stateless. */
public final class Versions {
    private static final SortedMap<String, String> CURRENT = load();

    private Versions() {}

    /** ragdiff, nd4j, onednn, javacpp (as built), java and os (as running). */
    public static SortedMap<String, String> current() {
        return CURRENT;
    }

    /** Version of this library. */
    public static String ragdiff() {
        return CURRENT.get("ragdiff");
    }

    private static SortedMap<String, String> load() {
        Properties properties = new Properties();
        try (InputStream in = Versions.class.getResourceAsStream("versions.properties")) {
            if (in == null) {
                throw new IllegalStateException(
                        "versions.properties is missing from ragdiff-core; build it with Maven");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TreeMap<String, String> versions = new TreeMap<>();
        for (Map.Entry<Object, Object> e : properties.entrySet()) {
            versions.put((String) e.getKey(), (String) e.getValue());
        }
        versions.put("java", System.getProperty("java.runtime.version"));
        versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        return Collections.unmodifiableSortedMap(versions);
    }
}
