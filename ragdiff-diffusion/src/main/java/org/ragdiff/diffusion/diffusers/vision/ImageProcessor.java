package org.ragdiff.diffusion.diffusers.vision;

import java.io.IOException;
import java.nio.file.Path;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.PictureSize;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.StrictConfig;

/**
 * What transformers' image processors do to an image, as {@code preprocessor_config.json} says: resize with
 * Pillow's filters on 8-bit samples, crop the centre, rescale, normalise.
 *
 * @param resize whether to resize
 * @param shortestEdge length that the shorter side gets, the longer one in proportion, rounded down; or 0
 *     for {@code height} and {@code width}
 * @param height of resized images where {@code shortestEdge} is 0
 * @param width alike
 * @param filter of resizing
 * @param cropHeight height of the centre, beyond the image filled with black; 0 for no crop
 * @param cropWidth its width
 * @param rescaleFactor of samples, 1 for none
 * @param mean subtracted from each channel then
 * @param deviation divides each channel then
 */
public record ImageProcessor(
        boolean resize,
        int shortestEdge,
        int height,
        int width,
        ResampleFilter filter,
        int cropHeight,
        int cropWidth,
        double rescaleFactor,
        double[] mean,
        double[] deviation) {
    private static final int MAX_SIDE = 8192;

    /**
     * Reads {@code preprocessor_config.json} of a folder.
     *
     * @throws CheckpointException listing every unknown key and every value that is not implemented
     */
    public static ImageProcessor load(Path folder) throws IOException {
        return read(StrictConfig.read(folder.resolve("preprocessor_config.json")));
    }

    /** @throws CheckpointException listing every unknown key and every value that is not implemented */
    public static ImageProcessor read(StrictConfig json) throws CheckpointException {
        json.ignore(
                "image_processor_type",
                "feature_extractor_type",
                "processor_class",
                "_valid_processor_keys",
                "do_convert_rgb",
                "use_square_size",
                "transformers_version");
        json.only("do_flip_channel_order", false, null).only("do_pad", false, null);
        boolean resize = json.bool("do_resize", true);
        int[] size = size(json, "size", 224);
        json.only("resample", 0, 1, 2, 3);
        int resample = json.integer("resample", 3, 0, 3);
        boolean crop = json.bool("do_center_crop", json.has("crop_size"));
        int[] cropSize = size(json, "crop_size", 224);
        boolean rescale = json.bool("do_rescale", true);
        double factor = json.number("rescale_factor", 1 / 255.0, 0, 1e6);
        boolean normalize = json.bool("do_normalize", true);
        double[] mean = json.numbers("image_mean", new double[] {0.5, 0.5, 0.5}, 3, -1e6, 1e6);
        double[] deviation = json.numbers("image_std", new double[] {0.5, 0.5, 0.5}, 3, 1e-6, 1e6);
        if (crop && cropSize[0] > 0) {
            cropSize = new int[] {0, cropSize[0], cropSize[0]};
        }
        int[] c = crop ? cropSize : new int[3];
        return json.build(() -> new ImageProcessor(
                resize,
                size[0],
                size[1],
                size[2],
                new ResampleFilter[] {
                            ResampleFilter.NEAREST,
                            ResampleFilter.LANCZOS,
                            ResampleFilter.BILINEAR,
                            ResampleFilter.BICUBIC
                        }
                        [resample],
                c[1],
                c[2],
                rescale ? factor : 1,
                normalize ? mean : new double[3],
                normalize ? deviation : new double[] {1, 1, 1}));
    }

    /** A number or {@code shortest_edge} as {n, 0, 0}; height and width as {0, h, w}. */
    private static int[] size(StrictConfig json, String key, int fallback) throws CheckpointException {
        if (!json.isObject(key)) {
            return new int[] {json.integer(key, fallback, 1, MAX_SIDE), 0, 0};
        }
        StrictConfig s = json.nested(key);
        int[] size = s.present("shortest_edge")
                ? new int[] {s.integer("shortest_edge", fallback, 1, MAX_SIDE), 0, 0}
                : new int[] {0, s.integer("height", fallback, 1, MAX_SIDE), s.integer("width", fallback, 1, MAX_SIDE)};
        return s.build(() -> size);
    }

    /**
     * Prepared pixels of an image.
     *
     * @param values row-major [height, width, 3]
     */
    public record Pixels(int height, int width, float[] values) {}

    /** An image of any size, prepared. */
    public Pixels apply(RgbImage image) {
        RgbImage sized = image;
        if (resize) {
            PictureSize size = shortestEdge > 0
                    ? new PictureSize(image.width(), image.height()).withShortest(shortestEdge)
                    : new PictureSize(width, height);
            sized = Resize.rgb(image, size.width(), size.height(), filter);
        }
        int h = cropHeight == 0 ? sized.height() : cropHeight;
        int w = cropWidth == 0 ? sized.width() : cropWidth;
        int top = offset(sized.height(), h);
        int left = offset(sized.width(), w);
        float[] out = new float[Math.multiplyExact(Math.multiplyExact(h, w), 3)];
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int sy = y + top;
                int sx = x + left;
                boolean inside = sy >= 0 && sx >= 0 && sy < sized.height() && sx < sized.width();
                for (int c = 0; c < 3; c++) {
                    double sample = inside ? sized.at(sx, sy, c) : 0;
                    out[(y * w + x) * 3 + c] = (float) ((sample * rescaleFactor - mean[c]) / deviation[c]);
                }
            }
        }
        return new Pixels(h, w, out);
    }

    /** Where the centre begins; a larger centre has the odd line of black before the image. */
    private static int offset(int side, int crop) {
        return Math.floorDiv(side - crop, 2);
    }
}
