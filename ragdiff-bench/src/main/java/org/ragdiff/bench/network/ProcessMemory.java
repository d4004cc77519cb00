package org.ragdiff.bench.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resident memory of this process, as Linux counts it; 0 elsewhere. */
final class ProcessMemory {
    private ProcessMemory() {}

    /** Bytes now. */
    static long resident() {
        return field("VmRSS:");
    }

    /** Most bytes since the last {@link #resetPeak}, or of the process's life where that is not allowed. */
    static long peak() {
        return field("VmHWM:");
    }

    static void resetPeak() {
        try {
            Files.writeString(Path.of("/proc/self/clear_refs"), "5");
        } catch (IOException e) {
            // The peak is too large then, never too small.
        }
    }

    private static long field(String name) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith(name)) {
                    return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return 0;
    }
}
