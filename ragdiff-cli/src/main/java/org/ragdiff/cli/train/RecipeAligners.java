package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import org.ragdiff.core.PhotoAligner;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.align.AlignmentWeights;
import org.ragdiff.diffusion.align.LearnedAligner;
import org.ragdiff.diffusion.align.SecondLook;
import org.ragdiff.diffusion.align.Unaligned;

/** The aligners that recipes name. Stateless. */
final class RecipeAligners {
    private RecipeAligners() {}

    /**
     * @param alignment weights, or null to leave photos as they are
     * @param secondLook weights of the network that looks again, or null for one look
     * @return closed by the caller
     */
    static PhotoAligner open(Path alignment, Path secondLook, Kernels kernels) throws IOException {
        if (alignment == null) {
            return new Unaligned();
        }
        LearnedAligner finding = AlignmentWeights.load(alignment, kernels);
        if (secondLook == null) {
            return finding;
        }
        try {
            return new SecondLook(finding, AlignmentWeights.load(secondLook, kernels));
        } catch (IOException | RuntimeException e) {
            finding.close();
            throw e;
        }
    }
}
