package org.ragdiff.core.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Picks the provider that runs the tensor operations, and puts {@link CheckedKernels} in front of it.
 * Stateless; the kernels belong to the caller, who closes them.
 */
public final class KernelProviders {
    /** Names the provider, such as {@code onednn} or {@code nd4j}. */
    public static final String PROVIDER = "ragdiff.provider";
    /** {@code f32} or {@code bf16}; on GPUs {@code tf32} and {@code f16} too. */
    public static final String PRECISION = "ragdiff.precision";
    /** {@code true} looks for NaN and infinities in every operand. */
    public static final String CHECK_FINITE = "ragdiff.checkFinite";

    private static final Logger LOG = LoggerFactory.getLogger(KernelProviders.class);

    private KernelProviders() {}

    /**
     * What to open.
     *
     * @param provider exactly this one; empty for the best that is available
     * @param precision of products; a provider that is not named may fall back to F32
     * @param checkFinite whether to look for NaN and infinities in every operand (slow)
     */
    public record Options(Optional<String> provider, Kernels.Precision precision, boolean checkFinite) {
        public Options {
            if (provider == null || precision == null) {
                throw new IllegalArgumentException("provider and precision must not be null");
            }
        }

        /** The best provider, F32, no search for NaN. */
        public static Options defaults() {
            return new Options(Optional.empty(), Kernels.Precision.F32, false);
        }

        /** The defaults, changed by the system properties that are set. */
        public static Options fromSystemProperties() {
            String name = System.getProperty(PROVIDER, "").trim().toLowerCase(Locale.ROOT);
            String precision = System.getProperty(PRECISION, "f32").trim().toUpperCase(Locale.ROOT);
            if (Arrays.stream(Kernels.Precision.values())
                    .noneMatch(p -> p.name().equals(precision))) {
                throw new IllegalArgumentException(
                        "system property " + PRECISION + " is \"" + precision + "\", expected f32, tf32, bf16 or f16");
            }
            String check = System.getProperty(CHECK_FINITE, "false").trim().toLowerCase(Locale.ROOT);
            if (!check.isEmpty() && !check.equals("true") && !check.equals("false")) {
                throw new IllegalArgumentException(
                        "system property " + CHECK_FINITE + " is \"" + check + "\", expected true or false");
            }
            return new Options(
                    name.isEmpty() ? Optional.empty() : Optional.of(name),
                    Kernels.Precision.valueOf(precision),
                    !check.equals("false"));
        }

        public Options withProvider(String name) {
            return new Options(Optional.of(name), precision, checkFinite);
        }

        public Options withPrecision(Kernels.Precision p) {
            return new Options(provider, p, checkFinite);
        }

        public Options withCheckFinite(boolean check) {
            return new Options(provider, precision, check);
        }
    }

    /** New checked kernels as the system properties ask. */
    public static Kernels defaultKernels() {
        return create(Options.fromSystemProperties());
    }

    /**
     * New checked kernels.
     *
     * @throws IllegalArgumentException if the named provider is not known, not available here or does
     *     not support the precision; the message lists what is
     * @throws IllegalStateException if no provider is available
     */
    public static Kernels create(Options options) {
        return create(options, installed());
    }

    /** The registered providers, best first, available or not. */
    public static List<KernelProvider> installed() {
        return ServiceLoader.load(KernelProvider.class, KernelProvider.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparingInt(KernelProvider::priority)
                        .reversed()
                        .thenComparing(KernelProvider::name))
                .toList();
    }

    static Kernels create(Options options, List<KernelProvider> providers) {
        Kernels kernels = options.provider()
                .map(name -> open(name, options.precision(), providers))
                .orElseGet(() -> openBest(options.precision(), providers));
        return new CheckedKernels(kernels, options.checkFinite());
    }

    private static Kernels open(String name, Kernels.Precision precision, List<KernelProvider> providers) {
        for (KernelProvider p : providers) {
            if (p.name().equals(name)) {
                Optional<String> reason = p.unavailableReason();
                if (reason.isPresent()) {
                    throw new IllegalArgumentException("provider " + name + " is not available: " + reason.get());
                }
                if (!p.supports(precision)) {
                    throw new IllegalArgumentException("provider " + name + " does not compute in " + precision
                            + " on this machine; leave " + PRECISION + " at f32");
                }
                return p.open(precision);
            }
        }
        throw new IllegalArgumentException("no provider is called \"" + name + "\", known are "
                + providers.stream().map(KernelProvider::name).collect(Collectors.joining(", ")));
    }

    private static Kernels openBest(Kernels.Precision precision, List<KernelProvider> providers) {
        List<String> passedOver = new ArrayList<>();
        boolean expected = true;
        for (KernelProvider p : providers) {
            Optional<String> reason = p.unavailableReason();
            if (reason.isPresent()) {
                passedOver.add(p.name() + ": " + reason.get());
                expected &= p.isOptional();
                continue;
            }
            Kernels.Precision used = p.supports(precision) ? precision : Kernels.Precision.F32;
            if (used != precision) {
                passedOver.add(p.name() + " does not compute in " + precision + " on this machine");
                expected = false;
            }
            if (!passedOver.isEmpty()) {
                LOG.atLevel(expected ? Level.INFO : Level.WARN)
                        .log("tensor operations run on {} in {} ({})", p.name(), used, String.join("; ", passedOver));
            }
            return p.open(used);
        }
        throw new IllegalStateException("no provider of tensor operations is available ("
                + (passedOver.isEmpty() ? "none is registered" : String.join("; ", passedOver)) + ")");
    }
}
