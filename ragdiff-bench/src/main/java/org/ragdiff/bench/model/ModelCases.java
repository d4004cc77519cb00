package org.ragdiff.bench.model;

import java.util.Collections;
import java.util.List;
import org.ragdiff.bench.CaseSpec;
import org.ragdiff.bench.CaseSpec.Effort;
import org.ragdiff.bench.Work;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.diffusion.pipeline.FlatLayPipeline;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.pipeline.GenerationRequest;
import org.ragdiff.diffusion.sampler.StepListener;

/** The rows of the demo model as a whole. */
public final class ModelCases {
    private static final int BATCH = 32;
    private static final int STEPS = 20;

    private ModelCases() {}

    /** All rows. */
    public static List<CaseSpec> list() {
        return List.of(
                row("structure encoder", "demo " + BATCH + " photos", Effort.SHORT, true, (model, photos) -> {
                    var told = Collections.nCopies(BATCH, GarmentAttributes.UNKNOWN);
                    return () -> model.encoder().encodePhotos(photos.subList(0, BATCH), told);
                }),
                row("generate", "demo one photo, " + STEPS + " steps", Effort.LONG, true, (model, photos) -> {
                    FlatLayPipeline pipeline = new FlatLayPipeline(model.parts());
                    GenerationOptions options = GenerationOptions.defaults().withSteps(STEPS);
                    List<GenerationRequest> one = List.of(GenerationRequest.of(photos.get(0)));
                    return () -> pipeline.generate(one, options, StepListener.NONE);
                }));
    }

    private static CaseSpec row(String name, String params, Effort effort, boolean quick, ModelCase.Prepare prepare) {
        return new CaseSpec(name, params, Work.uncounted(), effort, quick, () -> new ModelCase(BATCH, prepare));
    }
}
