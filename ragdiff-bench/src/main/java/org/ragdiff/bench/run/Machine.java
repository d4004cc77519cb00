package org.ragdiff.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.bytedeco.javacpp.Pointer;
import org.ragdiff.bench.peer.OnnxPeer;
import org.ragdiff.bench.peer.TorchPeer;
import org.ragdiff.core.provenance.Versions;

/** What the figures were measured on and with. */
final class Machine {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");

    private Machine() {}

    /** Names and values in the order of a report. */
    static Map<String, String> describe(int threads) {
        Map<String, String> out = new LinkedHashMap<>();
        out.put("date", LocalDate.now(ZoneOffset.UTC).toString());
        out.put("processor", cpu("model name").isEmpty() ? System.getProperty("os.arch") : processor());
        out.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        out.put("instruction sets", instructionSets());
        out.put("memory", String.format(Locale.ROOT, "%.1f GiB", Pointer.totalPhysicalBytes() / 0x1p30));
        out.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        out.put("java", System.getProperty("java.runtime.version") + ", " + System.getProperty("java.vm.name"));
        Map<String, String> versions = Versions.current();
        out.put(
                "ragdiff",
                versions.get("ragdiff") + " (oneDNN " + versions.get("onednn") + ", ND4J " + versions.get("nd4j")
                        + ")");
        out.put(
                "libtorch",
                TorchPeer.unavailableReason().orElseGet(() -> TorchPeer.version() + " through DJL, inference mode"));
        out.put("onnxruntime", OnnxPeer.unavailableReason().orElseGet(OnnxPeer::version));
        out.put("threads", threads + " of either side, one between libtorch's operations");
        String wait = System.getenv("OMP_WAIT_POLICY");
        out.put("OMP_WAIT_POLICY", wait == null ? "not set" : wait);
        return out;
    }

    private static String processor() {
        return cpu("model name") + " (family " + cpu("cpu family") + ", model " + cpu("model") + ", stepping "
                + cpu("stepping") + ")";
    }

    private static String instructionSets() {
        List<String> wanted = List.of("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_bf16");
        TreeSet<String> found = new TreeSet<>(Arrays.asList(cpu("flags").split(" ")));
        found.retainAll(wanted);
        return found.isEmpty() ? "unknown" : String.join(", ", found);
    }

    /** The first processor's value of a field; empty where the system does not tell. */
    private static String cpu(String field) {
        try {
            for (String line : Files.readAllLines(CPUINFO)) {
                int colon = line.indexOf(':');
                if (colon > 0 && line.substring(0, colon).strip().equals(field)) {
                    return line.substring(colon + 1).strip();
                }
            }
        } catch (IOException e) {
            return "";
        }
        return "";
    }
}
