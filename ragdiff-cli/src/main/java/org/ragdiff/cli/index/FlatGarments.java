package org.ragdiff.cli.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.photo.PictureList;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.core.image.SourceBox;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.StandardGarment;
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
        RgbImage working = reduced(picture);
        Silhouette garment = rule.of(working);
        if (garment.area() == 0) {
            return Optional.empty();
        }
        int[] box = box(garment);
        int longest = Math.max(box[2] - box[0], box[3] - box[1]);
        int square = Math.max(1, (int) Math.round(longest / StandardFrame.COVERAGE));
        int left = (box[0] + box[2] - square) / 2;
        int top = (box[1] + box[3] - square) / 2;
        byte[] rgb = new byte[square * square * 3];
        Arrays.fill(rgb, (byte) 255);
        byte[] mask = new byte[square * square];
        for (int i = 0; i < mask.length; i++) {
            int x = left + i % square;
            int y = top + i / square;
            if (x >= 0 && y >= 0 && x < working.width() && y < working.height() && garment.at(x, y)) {
                mask[i] = (byte) 255;
                for (int c = 0; c < 3; c++) {
                    rgb[3 * i + c] = (byte) working.at(x, y, c);
                }
            }
        }
        RgbImage standard = Resize.rgb(RgbImage.wrap(square, square, rgb), side, side, ResampleFilter.BICUBIC);
        byte[] share =
                Resize.bytes(mask, 1, square, square, SourceBox.whole(square, square), side, side, ResampleFilter.BOX);
        boolean[] inside = new boolean[share.length];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = (share[i] & 0xff) >= 128;
        }
        return Optional.of(
                new StandardGarment(standard, new Silhouette(side, side, inside), GarmentAttributes.UNKNOWN, id, id));
    }

    private static RgbImage reduced(RgbImage picture) {
        int longest = Math.max(picture.width(), picture.height());
        if (longest <= WORKING_SIDE) {
            return picture;
        }
        int w = Math.max(1, (int) Math.round((double) picture.width() * WORKING_SIDE / longest));
        int h = Math.max(1, (int) Math.round((double) picture.height() * WORKING_SIDE / longest));
        return Resize.rgb(picture, w, h, ResampleFilter.BOX);
    }

    /** Left, top, right, bottom; the last two beyond. */
    private static int[] box(Silhouette s) {
        int[] box = {s.width(), s.height(), 0, 0};
        for (int y = 0; y < s.height(); y++) {
            for (int x = 0; x < s.width(); x++) {
                if (s.at(x, y)) {
                    box[0] = Math.min(box[0], x);
                    box[1] = Math.min(box[1], y);
                    box[2] = Math.max(box[2], x + 1);
                    box[3] = Math.max(box[3], y + 1);
                }
            }
        }
        return box;
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
