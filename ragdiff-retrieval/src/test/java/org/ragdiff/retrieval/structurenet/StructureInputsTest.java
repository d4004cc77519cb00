package org.ragdiff.retrieval.structurenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;

class StructureInputsTest {
    @Test
    void aWidePhotoLiesInTheMiddle() {
        byte[] white = new byte[3 * 64 * 32];
        Arrays.fill(white, (byte) 255);
        PhotoInput input = new PhotoInput(32);
        float[] out = new float[input.length()];
        input.write(new RgbImage(64, 32, white), out, 0);
        for (int y = 0; y < 32; y++) {
            assertThat(out[y * 32 * 3 + 5]).as("row " + y).isEqualTo(y >= 8 && y < 24 ? 1 : 0);
        }
    }

    @Test
    void theMaskFollowsThePhoto() {
        // Right half of a photo twice as wide as high: cells 4 to 7 of rows 2 to 5.
        boolean[] inside = new boolean[64 * 32];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = i % 64 >= 32;
        }
        PhotoInput input = new PhotoInput(32);
        float[] out = new float[64];
        input.writeMask(new Silhouette(64, 32, inside), out, 0);
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 8; x++) {
                float cell = out[(y / 2 * 4 + x / 2) * 4 + y % 2 * 2 + x % 2];
                assertThat(cell).as(x + ", " + y).isEqualTo(x >= 4 && y >= 2 && y < 6 ? 1 : 0);
            }
        }
    }

    @Test
    void fieldsComeBackFromPatchOrder() {
        boolean[] inside = new boolean[32 * 32];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = i % 32 > 12 && i / 32 > 9 && i / 32 < 20;
        }
        SignedDistanceField field = SignedDistanceField.of(new Silhouette(32, 32, inside));
        float[] values = new float[3 + 32 * 32];
        FieldPatches.write(field.toArray(), 32, 0.2, values, 3);
        // The second patch begins at column 4 of row 0.
        assertThat(values[3 + 16]).isCloseTo((float) Math.min(1, field.at(4, 0) / 0.2), within(1e-6f));
        SignedDistanceField back = FieldPatches.read(values, 3, 32, 0.2);
        for (int i = 0; i < 32 * 32; i++) {
            float limited = Math.max(-0.2f, Math.min(0.2f, field.at(i % 32, i / 32)));
            assertThat(back.at(i % 32, i / 32)).isCloseTo(limited, within(1e-6f));
        }
        assertThat(back.toSilhouette()).isEqualTo(field.toSilhouette());
    }

    @Test
    void softTargetsAreSharesOfSilhouettes() {
        // Fields of 4 cells: the first two have IoU ½, the third nothing in common with them.
        float[] fields = {-1, 1, 1, 1, -1, -1, 1, 1, 1, 1, -1, -1};
        double half = 0.5 * Math.exp(-0.5 / 0.25);
        double none = 0.5 * Math.exp(-1 / 0.25);
        float[] targets = SoftTargets.of(fields, 4, 0.5, 0.25);
        double sum = 1 + half + none;
        assertThat(targets[0]).isCloseTo((float) (1 / sum), within(1e-6f));
        assertThat(targets[1]).isCloseTo((float) (half / sum), within(1e-6f));
        assertThat(targets[2]).isCloseTo((float) (none / sum), within(1e-6f));
        assertThat(targets[8]).isCloseTo((float) (1 / (1 + 2 * none)), within(1e-6f));
        assertThat(SoftTargets.of(fields, 4, 0, 0.25)).containsExactly(1, 0, 0, 0, 1, 0, 0, 0, 1);
    }

    @Test
    void mirroringChangesPhotoMaskAndFieldTogether() {
        StructureNetConfig config = TinyNets.config();
        StructureSample sample = TinyNets.sample(2, 32, true);
        StructureBatch plain = SampleBatches.plain(i -> sample, config, 1).batch(0);
        StructureBatch mirrored =
                SampleBatches.plain(i -> mirrored(sample), config, 1).batch(0);
        int found = 0;
        for (int seed = 0; seed < 8; seed++) {
            StructureBatch augmented =
                    SampleBatches.training(i -> sample, config, 1, seed).batch(0);
            StructureBatch like = Arrays.equals(augmented.fields(), plain.fields()) ? plain : mirrored;
            found += like == mirrored ? 1 : 0;
            assertThat(augmented.fields()).containsExactly(like.fields(), within(1e-6f));
            assertThat(augmented.masks()).containsExactly(like.masks());
        }
        assertThat(found).isBetween(1, 7);
    }

    private static StructureSample mirrored(StructureSample s) {
        return new StructureSample(
                mirrored(s.photo()),
                Optional.of(mirrored(s.garmentInPhoto().orElseThrow())),
                mirrored(s.standard()),
                mirrored(s.silhouette()),
                s.attributes());
    }

    private static RgbImage mirrored(RgbImage image) {
        int w = image.width();
        byte[] out = new byte[w * image.height() * 3];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) image.at(w - 1 - i / 3 % w, i / 3 / w, i % 3);
        }
        return new RgbImage(w, image.height(), out);
    }

    private static Silhouette mirrored(Silhouette mask) {
        int w = mask.width();
        boolean[] out = new boolean[w * mask.height()];
        for (int i = 0; i < out.length; i++) {
            out[i] = mask.at(w - 1 - i % w, i / w);
        }
        return new Silhouette(w, mask.height(), out);
    }

    @Test
    void attributesSurviveTheirEncoding() {
        GarmentAttributes known = new GarmentAttributes(
                GarmentAttributes.Category.HAT,
                GarmentAttributes.Sleeve.UNKNOWN,
                GarmentAttributes.Neckline.STRAPS,
                GarmentAttributes.Length.CROPPED,
                GarmentAttributes.Closure.OPEN,
                GarmentAttributes.Fit.FLARED);
        float[] encoded = AttributeVocabulary.encode(List.of(GarmentAttributes.UNKNOWN, known));
        float[] logits = encoded.clone();
        for (int i = 0; i < logits.length; i++) {
            logits[i] *= 20;
        }
        assertThat(AttributeVocabulary.decode(logits, 1, 0.9)).isEqualTo(known);
        assertThat(AttributeVocabulary.decode(logits, 0, 0.9)).isEqualTo(GarmentAttributes.UNKNOWN);
        GarmentAttributes skirt = GarmentAttributes.of(GarmentAttributes.Category.SKIRT);
        assertThat(AttributeVocabulary.complete(skirt, known)).isEqualTo(known.withCategory(skirt.category()));
    }

    @Test
    void attributesAreWithheldAtTheirRates() {
        GarmentAttributes all = AttributeVocabulary.fromOrdinals(new int[] {1, 1, 1, 1, 1, 1});
        int n = 4000;
        float[] encoded = AttributeVocabulary.encode(java.util.Collections.nCopies(n, all));
        float[] dropped = AttributeVocabulary.drop(encoded, 0.5, 0.3, new SplittableRandom(1));
        int none = 0;
        int kept = 0;
        for (int i = 0; i < n; i++) {
            float sum = 0;
            for (int c = 0; c < AttributeVocabulary.SIZE; c++) {
                sum += dropped[i * AttributeVocabulary.SIZE + c];
            }
            none += sum == 0 ? 1 : 0;
            kept += (int) sum;
        }
        assertThat((double) none / n).isCloseTo(0.5, within(0.03));
        assertThat((double) kept / n / 6).isCloseTo(0.5 * 0.7, within(0.02));
    }
}
