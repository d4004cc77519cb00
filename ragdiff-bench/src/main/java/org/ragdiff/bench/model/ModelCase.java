package org.ragdiff.bench.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.ragdiff.bench.PairedCase;
import org.ragdiff.bench.network.DemoNetworks;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.core.RgbImage;
import org.ragdiff.data.procedural.ProceduralGarments;

/** Work of the demo model on procedural garments' pictures; no peer. */
final class ModelCase implements PairedCase {
    private static final int SEED = 5;

    /** Makes the work from an open model and pictures. */
    interface Prepare {
        Runnable of(ModelFolder model, List<RgbImage> photos) throws IOException;
    }

    private final int photos;
    private final Prepare prepare;
    private ModelFolder model;
    private Runnable work;

    ModelCase(int photos, Prepare prepare) {
        this.photos = photos;
        this.prepare = prepare;
    }

    @Override
    public void openOurs(int threads) {
        try {
            model = ModelFolder.open(new ModelFiles(DemoNetworks.folder()));
            ProceduralGarments garments = new ProceduralGarments(photos, model.side(), SEED);
            List<RgbImage> pictures = new ArrayList<>();
            for (int i = 0; i < photos; i++) {
                pictures.add(garments.get(i).standard());
            }
            work = prepare.of(model, pictures);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void ours() {
        work.run();
    }

    @Override
    public String openPeer(int threads) {
        return "";
    }

    @Override
    public void close() {
        model.close();
    }
}
