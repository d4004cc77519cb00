package org.ragdiff.cli.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.photo.PictureList;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.StandardGarment;
import org.ragdiff.data.photo.FlatFrame;
import org.ragdiff.eval.metric.GeneratedSilhouette;
import org.ragdiff.eval.metric.SilhouetteRule;

/**
 * Flat-lays on a white or transparent background, from a folder, laid into the standard frame. Kept in
 * memory. Immutable.
 */
final class FlatGarments implements GarmentStore {
    private static final int WORKING_SIDE = 256;

    private final int side;
    private final List<StandardGarment> garments;
    private final List<String> leftOut;
    private final String fingerprint;

    private FlatGarments(int side, List<StandardGarment> garments, List<String> leftOut, String fingerprint) {
        this.side = side;
        this.garments = List.copyOf(garments);
        this.leftOut = List.copyOf(leftOut);
        this.fingerprint = fingerprint;
    }

    /**
     * @param side of the standard images in pixels
     * @param done called with the number of pictures read
     * @throws BadInputException if no picture of the folder can be used
     * @throws IOException if the folder cannot be read
     */
    static FlatGarments read(Path folder, int side, IntConsumer done) throws IOException {
        PictureList pictures = PictureList.of(folder);
        GeneratedSilhouette rule = new GeneratedSilhouette(SilhouetteRule.defaults());
        List<StandardGarment> garments = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        List<Path> used = new ArrayList<>();
        for (Path file : pictures.files()) {
            try {
                String name = file.getFileName().toString();
                String stem = name.lastIndexOf('.') > 0 ? name.substring(0, name.lastIndexOf('.')) : name;
                String id = ids.add(stem) ? stem : name;
                frame(ImageFiles.read(file), rule, side, id)
                        .ifPresentOrElse(
                                g -> {
                                    garments.add(g);
                                    used.add(file);
                                },
                                () -> leftOut.add(file + ": shows no garment on a white background"));
            } catch (IOException e) {
                leftOut.add(e.getMessage());
            }
            done.accept(garments.size() + leftOut.size());
        }
        if (garments.isEmpty()) {
            throw new BadInputException("none of the " + pictures.files().size() + " pictures of " + folder
                    + " can be used, the first because: " + leftOut.get(0));
        }
        Path base = pictures.folder() ? folder : folder.toAbsolutePath().getParent();
        return new FlatGarments(side, garments, leftOut, "flats-" + side + ":" + Sha256.of(base, absolute(base, used)));
    }

    private static List<Path> absolute(Path base, List<Path> files) {
        return files.stream().map(f -> base.resolve(f.getFileName())).toList();
    }

    /** The garment's longer side covers the frame's share, its centre lies in the frame's. */
    static Optional<StandardGarment> frame(RgbImage picture, GeneratedSilhouette rule, int side, String id) {
        RgbImage working = FlatFrame.reduced(picture, WORKING_SIDE);
        return FlatFrame.lay(working, rule.of(working), side)
                .map(l -> new StandardGarment(l.standard(), l.silhouette(), GarmentAttributes.UNKNOWN, id, id));
    }

    /** Pictures that could not be used, each a line that says why. */
    List<String> leftOut() {
        return leftOut;
    }

    @Override
    public int size() {
        return garments.size();
    }

    @Override
    public int side() {
        return side;
    }

    @Override
    public StandardGarment get(int index) {
        return garments.get(index);
    }

    @Override
    public String id(int index) {
        return garments.get(index).id();
    }

    @Override
    public String group(int index) {
        return garments.get(index).group();
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }
}
