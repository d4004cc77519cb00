package org.ragdiff.cuda.nvidia;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds NVIDIA's libraries in folders that a property names and loads them, so that those whose names the bindings
 * and the libraries themselves ask for later are there. Without the property the system's loader finds them.
 */
final class NvidiaLibraries {
    /** Folders, divided as paths are; each is searched four levels deep, as pip's packages need. */
    static final String FOLDERS = "ragdiff.cuda.libraries";

    private static final Logger LOG = LoggerFactory.getLogger(NvidiaLibraries.class);
    private static final int DEPTH = 4;
    private static final int MOST_FILES = 100_000;
    /** What is used, by file name; a library may come before those that it needs. */
    private static final Pattern WANTED = Pattern.compile("lib(cudart\\.so\\.13|nvJitLink\\.so\\.13|cublasLt\\.so\\.13"
            + "|cublas\\.so\\.13|nvrtc-builtins\\.so\\.13\\.\\d+|nvrtc\\.so\\.13|cudnn\\w*\\.so\\.9)");

    private NvidiaLibraries() {}

    /** Why the machine has no GPU that a driver serves, by its files alone; empty if it may have one. */
    static Optional<String> noDriver(Path root) {
        if (!System.getProperty("os.name").startsWith("Linux")) {
            return Optional.empty();
        }
        boolean device = Stream.of("dev/nvidia0", "dev/nvidiactl", "dev/dxg", "usr/local/nvidia/lib64/libcuda.so.1")
                .anyMatch(f -> Files.exists(root.resolve(f)));
        return device
                ? Optional.empty()
                : Optional.of("this machine has no NVIDIA GPU, or no driver for it (there is no /dev/nvidia0)");
    }

    /** Loads what the property's folders hold. */
    static void load() {
        driver();
        String folders = System.getProperty(FOLDERS, "").trim();
        if (!folders.isEmpty()) {
            Map<String, Path> found = find(folders);
            if (found.isEmpty()) {
                throw new IllegalStateException("-D" + FOLDERS + "=" + folders
                        + " holds none of NVIDIA's libraries (libcudart.so.13, libcublasLt.so.13, ...)");
            }
            loadAll(found);
        }
    }

    /** A driver outside of the loader's folders, as containers have it. */
    private static void driver() {
        Path driver = Path.of("/usr/local/nvidia/lib64/libcuda.so.1");
        if (Files.exists(driver)) {
            try {
                System.load(driver.toString());
            } catch (UnsatisfiedLinkError e) {
                LOG.debug("{} does not load", driver, e);
            }
        }
    }

    /** The wanted libraries by file name; the first one of a name counts. */
    static Map<String, Path> find(String folders) {
        Map<String, Path> found = new LinkedHashMap<>();
        for (String folder : folders.split(Pattern.quote(java.io.File.pathSeparator))) {
            Path at = Path.of(folder.trim());
            if (!Files.isDirectory(at)) {
                throw new IllegalStateException("-D" + FOLDERS + " names " + at + ", which is no folder");
            }
            // A toolkit's lib64 is a link.
            try (Stream<Path> files = Files.walk(at.toRealPath(), DEPTH)) {
                files.limit(MOST_FILES)
                        .filter(f -> WANTED.matcher(f.getFileName().toString()).matches())
                        .sorted()
                        .forEach(f -> found.putIfAbsent(f.getFileName().toString(), f));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot search " + at, e);
            }
        }
        return found;
    }

    /** Again and again while one more loads: they need each other in no order that is documented. */
    private static void loadAll(Map<String, Path> found) {
        List<Path> left = new ArrayList<>(found.values());
        String last = "";
        boolean progress = true;
        while (progress && !left.isEmpty()) {
            progress = false;
            for (Path file : List.copyOf(left)) {
                try {
                    System.load(file.toAbsolutePath().toString());
                    left.remove(file);
                    progress = true;
                } catch (UnsatisfiedLinkError e) {
                    last = e.getMessage();
                }
            }
        }
        if (!left.isEmpty()) {
            LOG.warn("of NVIDIA's libraries {} did not load: {}", left, last);
        }
    }
}
