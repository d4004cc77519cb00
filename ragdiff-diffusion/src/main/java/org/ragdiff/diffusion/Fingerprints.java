package org.ragdiff.diffusion;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;

/** Names for weights that change when a weight or the configuration does: SHA-256, 16 hex digits kept. */
public final class Fingerprints {
    private Fingerprints() {}

    /** Of a configuration's text and named float32 arrays, in any order. */
    public static String of(String configuration, Map<String, INDArray> weights) {
        Hasher hasher = Hashing.sha256().newHasher().putString(configuration, StandardCharsets.UTF_8);
        new TreeMap<>(weights).forEach((name, array) -> {
            hasher.putString(name, StandardCharsets.UTF_8);
            for (float v : HostArrays.read(array)) {
                hasher.putFloat(v);
            }
        });
        return hasher.hash().toString().substring(0, 16);
    }
}
