package org.ragdiff.data.pairs;

import java.util.Optional;
import java.util.SplittableRandom;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.data.wild.ProceduralScenery;
import org.ragdiff.data.wild.WildScenery;

/**
 * Floors, beds and other garments of an archive's photos, turned and mirrored; one background in five is
 * made. Nothing of the excluded group is used. Thread-safe.
 */
public final class ArchiveScenery implements WildScenery {
    private static final double MADE_SHARE = 0.2;
    private static final int TRIES = 64;

    private final GarmentArchive archive;
    private final GarmentStore allowed;
    private final ProceduralScenery made = new ProceduralScenery();
    private final GarmentSubset subset;

    /** Scenery of the whole archive. */
    public ArchiveScenery(GarmentArchive archive) {
        this.archive = archive;
        this.allowed = archive;
        this.subset = null;
    }

    /** @param subset of {@code archive}: only its photos are used */
    public ArchiveScenery(GarmentArchive archive, GarmentSubset subset) {
        this.archive = archive;
        this.allowed = subset;
        this.subset = subset;
    }

    @Override
    public RgbImage background(int side, SplittableRandom random, String excludedGroup) {
        int index = random.nextDouble() < MADE_SHARE ? -1 : draw(random, excludedGroup);
        if (index < 0) {
            return made.background(side, random, excludedGroup);
        }
        RgbImage found = archive.background(subset == null ? index : subset.indexInStore(index));
        RgbImage sized = found.width() == side ? found : Resize.rgb(found, side, side, ResampleFilter.BICUBIC);
        return turned(sized, random.nextInt(8));
    }

    @Override
    public Optional<OtherGarment> otherGarment(SplittableRandom random, String excludedGroup) {
        int index = draw(random, excludedGroup);
        if (index < 0) {
            return Optional.empty();
        }
        StandardGarment g = allowed.get(index);
        return Optional.of(new OtherGarment(g.standard(), g.silhouette()));
    }

    /** An index of another group, or -1 if none was met. */
    private int draw(SplittableRandom random, String excludedGroup) {
        for (int i = 0; i < TRIES; i++) {
            int index = random.nextInt(allowed.size());
            if (!allowed.group(index).equals(excludedGroup)) {
                return index;
            }
        }
        return -1;
    }

    /** One of the eight symmetries of the square. */
    private static RgbImage turned(RgbImage image, int symmetry) {
        int n = image.width();
        byte[] in = image.rgbUnsafe();
        byte[] out = new byte[in.length];
        for (int y = 0; y < n; y++) {
            for (int x = 0; x < n; x++) {
                int u = (symmetry & 1) == 0 ? x : n - 1 - x;
                int v = (symmetry & 2) == 0 ? y : n - 1 - y;
                int from = 3 * ((symmetry & 4) == 0 ? v * n + u : u * n + v);
                System.arraycopy(in, from, out, 3 * (y * n + x), 3);
            }
        }
        return RgbImage.wrap(n, n, out);
    }

    @Override
    public String fingerprint() {
        return "scenery-1-" + allowed.fingerprint();
    }
}
