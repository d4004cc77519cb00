package org.ragdiff.retrieval.structurenet;

import org.junit.jupiter.api.AfterEach;
import org.ragdiff.core.AttributeExtractor;
import org.ragdiff.core.AttributeExtractorContract;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.retrieval.attributes.TrainedAttributeExtractor;

class TrainedAttributeExtractorTest extends AttributeExtractorContract {
    private final Kernels kernels = KernelProviders.defaultKernels();
    private final StructureNetEncoder encoder =
            new StructureNetEncoder(TinyNets.net(3, TinyNets.config()), "tiny", kernels);

    @Override
    protected AttributeExtractor extractor() {
        return new TrainedAttributeExtractor(encoder, 0);
    }

    @AfterEach
    void close() {
        encoder.close();
        kernels.close();
    }
}
