package org.ragdiff.diffusion.sampler;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentSkipListMap;

/** Samplers that come from elsewhere, by name. Found once, when first asked for. Thread-safe. */
final class ProvidedSamplers {
    private static final Map<String, SamplerProvider> FOUND = new ConcurrentSkipListMap<>();

    static {
        for (SamplerProvider p : ServiceLoader.load(SamplerProvider.class)) {
            add(p);
        }
    }

    private ProvidedSamplers() {}

    static void add(SamplerProvider provider) {
        String name = provider.name();
        if (name == null || !name.matches("[a-z0-9][a-z0-9-]{0,63}")) {
            throw new IllegalArgumentException("a sampler's name is of lower-case letters, digits and dashes, got "
                    + name + " of " + provider.getClass().getName());
        }
        if (Samplers.isBuiltIn(name)) {
            throw new IllegalArgumentException("there is a sampler named " + name + " already; give "
                    + provider.getClass().getName() + " another name");
        }
        SamplerProvider before = FOUND.putIfAbsent(name, provider);
        if (before != null && before.getClass() != provider.getClass()) {
            throw new IllegalArgumentException("both " + before.getClass().getName() + " and "
                    + provider.getClass().getName() + " are named " + name);
        }
    }

    /** Null if there is none. */
    static SamplerProvider find(String name) {
        return FOUND.get(name);
    }

    static List<String> names() {
        return new ArrayList<>(FOUND.keySet());
    }
}
