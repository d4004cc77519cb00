package org.ragdiff.cli.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.nio.file.Path;
import java.util.List;
import org.ragdiff.core.nn.LoraOptions;
import org.ragdiff.core.nn.NamePattern;
import org.ragdiff.core.tensor.Kernels.Precision;
import org.ragdiff.core.train.TrainerOptions;
import org.ragdiff.data.wild.WildViewOptions;
import org.ragdiff.diffusion.pipeline.SilhouetteFusion;
import org.ragdiff.diffusion.schedule.ScheduleConfig;
import org.ragdiff.diffusion.unet.DiffusionTrainingOptions;
import org.ragdiff.diffusion.unet.UnetConfig;

/**
 * How a denoiser is trained.
 *
 * @param data garments
 * @param out folder of checkpoints, log, features and weights
 * @param precision of matrix products and convolutions
 * @param start weights to start from, which may lack newer parts of the network, or null for random ones
 * @param vae weights whose latents are denoised
 * @param structure weights of the StructureNet that gives ê and the landmark
 * @param alignment weights of the network that aligns photos; null to leave photos as they are
 * @param aggregator what fuses the neighbours, by name
 * @param replicas networks that share each batch, on a thread each; 1 leaves threads to the operations
 * @param turns made photos of each garment and of its mirror image
 * @param views how hard the made photos are
 * @param landmarkJitter standard deviation of the smooth shift of landmarks, as a share of the frame:
 *     landmarks of garments not seen in training are less exact than those of seen ones
 * @param schedule noise schedule
 * @param network shape
 * @param training objective
 * @param trainer optimisation
 * @param lora low-rank adapters that are trained in place of the network of {@code start}; may be left out
 * @param anew patterns of parameters that are not taken from {@code start}, such as the layers at the latents for
 *     another VAE; may be left out
 * @param secondLook weights of the network that looks at photos again after {@code alignment}; may be left out for one
 *     look
 * @param silhouetteFusion the aligned photo's share in the field that the database is asked with; 0 if left out
 * @param refiner weights of the network that corrects landmarks; may be left out to leave them as they are
 */
record DiffusionRecipe(
        TrainingData data,
        Path out,
        Precision precision,
        @JsonSetter(nulls = Nulls.SET) Path start,
        Path vae,
        Path structure,
        @JsonSetter(nulls = Nulls.SET) Path alignment,
        String aggregator,
        int replicas,
        int turns,
        WildViewOptions views,
        double landmarkJitter,
        ScheduleConfig schedule,
        UnetConfig network,
        DiffusionTrainingOptions training,
        TrainerOptions trainer,
        @JsonProperty(defaultValue = "null") LoraOptions lora,
        @JsonProperty(defaultValue = "[]") List<String> anew,
        @JsonProperty(defaultValue = "null") Path secondLook,
        @JsonProperty(defaultValue = "0") double silhouetteFusion,
        @JsonProperty(defaultValue = "null") Path refiner) {
    DiffusionRecipe {
        anew = List.copyOf(anew);
        anew.forEach(NamePattern::of);
        if (!anew.isEmpty() && (start == null || lora != null)) {
            throw new IllegalArgumentException(
                    "anew says what is not taken from start: give weights as start, and no lora, or leave anew out");
        }
        if (lora != null && start == null) {
            throw new IllegalArgumentException("lora adapts a trained network: give its weights as start");
        }
        if (secondLook != null && alignment == null) {
            throw new IllegalArgumentException("secondLook looks at what alignment has found: give alignment, too");
        }
        // Refuses a share out of range here, before anything is computed.
        new SilhouetteFusion(silhouetteFusion);
        if (replicas < 1 || training.batch() % replicas != 0) {
            throw new IllegalArgumentException(
                    "replicas must divide the batch of " + training.batch() + ", got " + replicas);
        }
        if (turns < 1 || turns > 64) {
            throw new IllegalArgumentException("turns must be in 1..64, got " + turns);
        }
        if (!(landmarkJitter >= 0 && landmarkJitter <= 0.2)) {
            throw new IllegalArgumentException("landmarkJitter must be in [0, 0.2], got " + landmarkJitter);
        }
    }
}
