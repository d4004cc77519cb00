package org.ragdiff.cli.measure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.eval.feature.FeatureExtractor;
import org.ragdiff.eval.feature.OnnxFeatures;
import org.ragdiff.eval.perceptual.Dists;
import org.ragdiff.eval.perceptual.KernelNetwork;
import org.ragdiff.eval.perceptual.Lpips;
import org.ragdiff.eval.perceptual.PerceptualFiles;
import org.ragdiff.eval.perceptual.StandIns;

/** The networks that a measurement asks for, on the kernels. To be closed. */
final class Networks implements AutoCloseable {
    private static final String STAND_IN = "stand-in";

    private final Kernels kernels = KernelProviders.defaultKernels();
    private Lpips lpips;
    private Dists dists;
    private FeatureExtractor features;

    private Networks() {}

    /**
     * @param lpips a file of weights, {@code stand-in}, or null for none
     * @param layout of LPIPS
     * @param dists a file of weights, {@code stand-in}, or null for none
     * @param spec {@code onnx:FILE}, {@code tower:DIR}, {@code stand-in}, or null for none
     */
    static Networks open(String lpips, String layout, String dists, String spec) throws IOException {
        Networks out = new Networks();
        try {
            PerceptualFiles.NetworkFactory factory = (b, w) -> new KernelNetwork(out.kernels, b, w);
            if (lpips != null) {
                out.lpips = lpips.equals(STAND_IN)
                        ? StandIns.lpips(factory)
                        : PerceptualFiles.lpips(layout, factory, List.of(Path.of(lpips)));
            }
            if (dists != null) {
                out.dists = dists.equals(STAND_IN)
                        ? StandIns.dists(factory)
                        : PerceptualFiles.dists(factory, List.of(Path.of(dists)));
            }
            if (spec != null) {
                out.features = out.features(spec, factory);
            }
            return out;
        } catch (IOException | RuntimeException e) {
            out.close();
            throw e;
        }
    }

    private FeatureExtractor features(String spec, PerceptualFiles.NetworkFactory factory) throws IOException {
        if (spec.equals(STAND_IN)) {
            return StandIns.features(factory);
        }
        if (spec.startsWith("tower:")) {
            return TowerFeatures.load(Path.of(spec.substring("tower:".length())), kernels);
        }
        if (spec.startsWith("onnx:")) {
            Path file = Path.of(spec.substring("onnx:".length()));
            try {
                return OnnxFeatures.open("onnx/" + file.getFileName(), file, OnnxFeatures.Preparation.inception());
            } catch (LinkageError e) {
                throw new BadInputException(
                        "--features onnx:FILE needs com.microsoft.onnxruntime:onnxruntime on the class path:"
                                + " name its jar in RAGDIFF_CLASSPATH",
                        e);
            }
        }
        throw new BadInputException("--features must be onnx:FILE, tower:DIR or stand-in, got \"" + spec + "\"");
    }

    Optional<Lpips> lpips() {
        return Optional.ofNullable(lpips);
    }

    Optional<Dists> dists() {
        return Optional.ofNullable(dists);
    }

    Optional<FeatureExtractor> features() {
        return Optional.ofNullable(features);
    }

    /** SHA-256 by name. */
    TreeMap<String, String> fingerprints() {
        TreeMap<String, String> out = new TreeMap<>();
        lpips().ifPresent(n -> out.put(n.name(), n.fingerprint()));
        dists().ifPresent(n -> out.put(n.name(), n.fingerprint()));
        features().ifPresent(n -> out.put(n.name(), n.fingerprint()));
        return out;
    }

    @Override
    public void close() {
        lpips().ifPresent(Lpips::close);
        dists().ifPresent(Dists::close);
        features().ifPresent(FeatureExtractor::close);
        kernels.close();
    }
}
