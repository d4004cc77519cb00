package org.ragdiff.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This process's memory as Linux counts it; zeros elsewhere. With a heap touched beforehand, growth is off-heap. */
public final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path RESET = Path.of("/proc/self/clear_refs");

    private ResidentMemory() {}

    /** Resident bytes now. */
    public static long now() {
        return field("VmRSS:");
    }

    /** The most resident bytes since the last {@link #resetPeak}. */
    public static long peak() {
        return field("VmHWM:");
    }

    public static void resetPeak() {
        try {
            Files.writeString(RESET, "5");
        } catch (IOException e) {
            // Without the right to reset it, the peak is that of the whole process: too large, never too small.
        }
    }

    private static long field(String name) {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(name)) {
                    return 1024
                            * Long.parseLong(line.substring(name.length())
                                    .replace("kB", "")
                                    .trim());
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return 0;
    }
}
