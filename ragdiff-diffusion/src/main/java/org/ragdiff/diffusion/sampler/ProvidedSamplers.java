package org.ragdiff.diffusion.sampler;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Samplers that come from elsewhere, by name; looked for anew at each call, by the thread's class loader. */
final class ProvidedSamplers {
    private ProvidedSamplers() {}

    private static Map<String, SamplerProvider> all() {
        Map<String, SamplerProvider> found = new TreeMap<>();
        for (SamplerProvider p : ServiceLoader.load(SamplerProvider.class)) {
            String name = p.name();
            if (name == null || !name.matches("[a-z0-9][a-z0-9-]{0,63}")) {
                throw new IllegalArgumentException("a sampler's name is of lower-case letters, digits and dashes, got "
                        + name + " of " + p.getClass().getName());
            }
            if (Samplers.isBuiltIn(name)) {
                throw new IllegalArgumentException("there is a sampler named " + name + " already; give "
                        + p.getClass().getName() + " another name");
            }
            SamplerProvider before = found.put(name, p);
            if (before != null) {
                throw new IllegalArgumentException("both " + before.getClass().getName() + " and "
                        + p.getClass().getName() + " are named " + name);
            }
        }
        return found;
    }

    /** Null if there is none. */
    static SamplerProvider find(String name) {
        return all().get(name);
    }

    static List<String> names() {
        return new ArrayList<>(all().keySet());
    }
}
