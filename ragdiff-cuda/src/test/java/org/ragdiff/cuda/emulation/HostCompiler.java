package org.ragdiff.cuda.emulation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.cuda.KernelSources;

/** Compiles our kernels with g++ and loads them, once for all tests. */
public final class HostCompiler {
    private static final Path FOLDER = Path.of("target", "emulation");
    private static String missing;
    private static boolean asked;
    private static boolean loaded;

    private HostCompiler() {}

    /** Skips the calling test where kernels cannot be run on the processor. */
    public static synchronized void load() {
        Assumptions.assumeTrue(unavailableReason().isEmpty(), () -> "kernels are not run on the processor: " + missing);
        if (!loaded) {
            System.load(compile().toAbsolutePath().toString());
            loaded = true;
        }
    }

    /** Needed are g++, the JNI header, and x86-64 under Linux. */
    public static synchronized Optional<String> unavailableReason() {
        if (!asked) {
            missing = reason();
            asked = true;
        }
        return Optional.ofNullable(missing);
    }

    private static Path include() {
        return Path.of(System.getProperty("java.home"), "include");
    }

    private static String reason() {
        if (!System.getProperty("os.name").equals("Linux")
                || !System.getProperty("os.arch").equals("amd64")) {
            return "the emulation switches stacks of x86-64 under Linux";
        }
        if (!Files.isRegularFile(include().resolve("jni.h"))) {
            return "no jni.h in " + include();
        }
        try {
            return run(List.of("g++", "--version")) == 0 ? null : "g++ does not run";
        } catch (IOException e) {
            return "there is no g++";
        }
    }

    private static int run(List<String> command) throws IOException {
        Process p = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return exit(p);
    }

    private static int exit(Process p) {
        try {
            if (!p.waitFor(5, TimeUnit.MINUTES)) {
                p.destroyForcibly();
                return -1;
            }
            return p.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Path compile() {
        try {
            Files.createDirectories(FOLDER);
            String kernels = KernelSources.text()
                    .replace("#ifndef RAGDIFF_EMULATED", "#include \"formats.h\"\n#ifndef RAGDIFF_EMULATED");
            StringBuilder all = new StringBuilder(kernels);
            for (String file : List.of("emulation.h", "formats.h", "emulation.cpp")) {
                String text = resource(file);
                Files.writeString(FOLDER.resolve(file), text);
                all.append(text);
            }
            Files.writeString(FOLDER.resolve("kernels.cu"), kernels);
            StringBuilder register = new StringBuilder();
            names().forEach(n -> register.append("REGISTER(").append(n).append(")\n"));
            Files.writeString(FOLDER.resolve("names.h"), register);
            Path library =
                    FOLDER.resolve("emulation-" + Sha256.of(all.toString()).substring(0, 16) + ".so");
            if (!Files.exists(library)) {
                Path made = FOLDER.resolve(library.getFileName() + ".tmp");
                Path log = FOLDER.resolve("g++.log");
                Process p = new ProcessBuilder(
                                "g++",
                                "-std=c++17",
                                "-O1",
                                "-w",
                                "-shared",
                                "-fPIC",
                                "-I" + include(),
                                "-I" + include().resolve("linux"),
                                "-o",
                                made.toString(),
                                FOLDER.resolve("emulation.cpp").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
                if (exit(p) != 0) {
                    throw new IllegalStateException("g++ cannot compile the kernels:\n" + Files.readString(log));
                }
                Files.move(made, library);
            }
            return library;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All kernels of the sources. */
    public static List<String> names() {
        List<String> names = new ArrayList<>();
        String text = KernelSources.text();
        Matcher typed = Pattern.compile("(?m)^EXPORT\\(\\d+, (\\w+),").matcher(text);
        while (typed.find()) {
            for (String format : List.of("_f32", "_bf16", "_f16")) {
                names.add(typed.group(1) + format);
            }
        }
        Matcher single = Pattern.compile("(?m)^KERNEL\\(\\d+\\)\\s+(\\w+)\\(").matcher(text);
        while (single.find()) {
            names.add(single.group(1));
        }
        Matcher attention = Pattern.compile("(?m)^ATTEND\\((\\d+),").matcher(text);
        while (attention.find()) {
            names.add("attend" + attention.group(1) + "_bf16");
            names.add("attend" + attention.group(1) + "_f16");
        }
        return names;
    }

    private static String resource(String file) throws IOException {
        try (InputStream in = HostCompiler.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
