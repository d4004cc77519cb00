package org.ragdiff.cli.generate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.cli.photo.GarmentCrop;
import org.ragdiff.cli.photo.GarmentPhoto;
import org.ragdiff.core.RgbImage;
import org.ragdiff.diffusion.pipeline.FlatLayPipeline;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.pipeline.GenerationRequest;
import org.ragdiff.diffusion.pipeline.GenerationResult;
import org.ragdiff.diffusion.sampler.SamplingStep;
import org.ragdiff.diffusion.sampler.StepListener;
import org.ragdiff.eval.report.SilhouettePicture;

/**
 * Photos to files, a few at a time. What cannot be read or generated is set aside, and the rest is done;
 * what cannot be written ends the run. Used by one thread, once.
 */
final class GenerationRun {
    private final FlatLayPipeline pipeline;
    private final GenerationOptions options;
    private final Optional<GarmentCrop> crop;
    private final GenerationRequest template;
    private final Manifest.Common common;
    private final StepListener listener;
    private final Background background;
    private final List<Failure> failures = new ArrayList<>();
    private final List<Done> done = new ArrayList<>();

    /**
     * @param crop how the garment is found in a photo; empty uses whole photos
     * @param template what is known of every photo; its own photo is not used
     * @param common to all manifests
     * @param listener told of each call of the denoiser; may stop runs
     * @param background what lies behind the flat-lays in their files
     */
    GenerationRun(
            FlatLayPipeline pipeline,
            GenerationOptions options,
            Optional<GarmentCrop> crop,
            GenerationRequest template,
            Manifest.Common common,
            StepListener listener,
            Background background) {
        this.listener = listener;
        this.background = background;
        this.pipeline = pipeline;
        this.options = options;
        this.crop = crop;
        this.template = template;
        this.common = common;
    }

    /** A photo that could not be used. */
    record Failure(Path photo, Exception reason) {
        String message() {
            String text = reason.getMessage() == null ? reason.toString() : reason.getMessage();
            String line = text.lines().findFirst().orElse(reason.toString());
            return line.contains(photo.toString()) ? line : photo + ": " + line;
        }
    }

    /** A flat-lay that was written, with small pictures of its making. */
    record Done(OutputPlan plan, Manifest manifest, RgbImage photo, RgbImage landmark, RgbImage flatLay) {}

    List<Failure> failures() {
        return List.copyOf(failures);
    }

    List<Done> done() {
        return List.copyOf(done);
    }

    /**
     * @param batch photos generated together
     * @throws IOException if a result cannot be written
     */
    void run(List<OutputPlan> plans, int batch) throws IOException {
        try (ProgressLine progress = ProgressLine.start("generate", (long) plans.size() * options.steps())) {
            for (int from = 0; from < plans.size(); from += batch) {
                List<OutputPlan> some = plans.subList(from, Math.min(plans.size(), from + batch));
                List<OutputPlan> readable = new ArrayList<>();
                List<GarmentPhoto> photos = new ArrayList<>();
                for (OutputPlan p : some) {
                    try {
                        photos.add(GarmentPhoto.read(p.photo(), crop, common.side()));
                        readable.add(p);
                    } catch (IOException | RuntimeException e) {
                        failures.add(new Failure(p.photo(), e));
                    }
                }
                generate(readable, photos, progress);
                progress.stepTo((long) (from + some.size()) * options.steps());
            }
        }
    }

    /** Steps that a call of the denoiser finishes: samplers of second order call it twice a step. */
    private int finishedSteps(SamplingStep step) {
        return (step.step() + 1) * options.steps() / step.steps() - step.step() * options.steps() / step.steps();
    }

    private void generate(List<OutputPlan> plans, List<GarmentPhoto> photos, ProgressLine progress) throws IOException {
        if (photos.isEmpty()) {
            return;
        }
        List<GenerationResult> results;
        try {
            results = pipeline.generate(requests(plans, photos), options, step -> {
                progress.stepBy(photos.size() * finishedSteps(step));
                listener.onStep(step);
            });
        } catch (RuntimeException e) {
            if (photos.size() == 1) {
                failures.add(new Failure(plans.get(0).photo(), e));
                return;
            }
            // One photo must not take the others of its batch with it.
            for (int i = 0; i < photos.size(); i++) {
                generate(plans.subList(i, i + 1), photos.subList(i, i + 1), progress);
            }
            return;
        }
        for (int i = 0; i < results.size(); i++) {
            write(plans.get(i), photos.get(i), results.get(i));
        }
    }

    private List<GenerationRequest> requests(List<OutputPlan> plans, List<GarmentPhoto> photos) {
        List<GenerationRequest> requests = new ArrayList<>();
        for (int i = 0; i < photos.size(); i++) {
            requests.add(request(photos.get(i), plans.get(i).seed().orElse(options.seed())));
        }
        return requests;
    }

    private GenerationRequest request(GarmentPhoto photo, long seed) {
        return new GenerationRequest(
                        photo.square(), template.attributes(), template.landmark(), template.allowed(), template.seed())
                .withSeed(seed);
    }

    private void write(OutputPlan plan, GarmentPhoto photo, GenerationResult result) throws IOException {
        Manifest manifest = Manifest.of(photo, result, common);
        OutputPaths.makeFolderOf(plan.png());
        background.write(plan.png(), result, manifest.text());
        try {
            OutputPaths.writeJson(plan.manifest(), manifest);
        } catch (IOException e) {
            // A picture without its manifest would look finished.
            Files.deleteIfExists(plan.png());
            throw e;
        }
        done.add(new Done(
                plan,
                manifest,
                photo.square(),
                SilhouettePicture.of(result.retrieval().landmark(), common.side()),
                result.image()));
    }
}
