package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ragdiff.core.RgbImage;
import org.ragdiff.eval.metric.ImagePlanes;
import org.ragdiff.eval.metric.MsSsim;
import org.ragdiff.eval.metric.MsSsimOptions;
import org.ragdiff.eval.metric.PixelErrors;
import org.ragdiff.eval.metric.Psnr;
import org.ragdiff.eval.metric.Ssim;
import org.ragdiff.eval.metric.SsimOptions;
import org.ragdiff.eval.metric.SsimWindow;
import org.ragdiff.eval.metric.UniversalQuality;

/** The lists {@code image_pairs} and {@code ms_ssim}: figures of two 8-bit pictures, colour or grey. */
final class ImagePairs implements MetricGroup {
    private static final Tolerance EXACT = Tolerance.relative(1e-9);
    /** torchmetrics' PSNR is computed in float32. */
    private static final Tolerance TORCHMETRICS = Tolerance.relative(1e-7);

    private static final Pattern TORCH_SSIM =
            Pattern.compile("ssim_torchmetrics(?:_rgb)?_dr1(?:_sigma([\\d.]+))?(?:_k1_([\\d.]+))?(?:_k2_([\\d.]+))?");

    private final String list;
    private final String prefix;

    /** @param prefix of the pictures' names: {@code prefix0.x} and {@code prefix0.y} are those of pair 0 */
    ImagePairs(String list, String prefix) {
        this.list = list;
        this.prefix = prefix;
    }

    @Override
    public String name() {
        return list;
    }

    @Override
    public void run(FixtureFolder folder, List<FixtureObject> entries, ParityRun run) throws IOException {
        try (FixtureTensors tensors = folder.tensors("images.safetensors")) {
            for (FixtureObject e : entries) {
                String pair = prefix + e.integer("pair");
                for (String figure : MetricFigures.of(e, "pair", "size", "kind")) {
                    Tolerance t = figure.contains("torchmetrics") ? TORCHMETRICS : EXACT;
                    run.check(
                            pair + "." + figure, t, d -> d.add(figure, value(figure, pair, tensors), e.number(figure)));
                }
                if (tensors.has(pair + ".ssim_map_gray")) {
                    run.check(
                            pair + ".ssim_map_gray",
                            EXACT,
                            d -> d.add("map", map(pair, tensors), tensors.values(pair + ".ssim_map_gray")));
                }
            }
        }
    }

    private static double value(String figure, String pair, FixtureTensors tensors) throws IOException {
        Matcher m = TORCH_SSIM.matcher(figure);
        if (m.matches()) {
            SsimOptions o = SsimOptions.torchmetrics();
            o = m.group(1) == null ? o : o.withWindow(SsimWindow.gaussian(Double.parseDouble(m.group(1))));
            o = m.group(2) == null ? o : o.withK1(Double.parseDouble(m.group(2)));
            o = m.group(3) == null ? o : o.withK2(Double.parseDouble(m.group(3)));
            return Ssim.of(unit(tensors, pair + ".x"), unit(tensors, pair + ".y"), 1, o);
        }
        String name = figure.contains("_gray_") ? "_gray" : "";
        ImagePlanes x = name.isEmpty() ? unit(tensors, pair + ".x") : plane(tensors, pair + ".x_gray");
        ImagePlanes y = name.isEmpty() ? unit(tensors, pair + ".y") : plane(tensors, pair + ".y_gray");
        return switch (figure) {
            case "ssim_skimage_rgb_uint8_dr255" ->
                Ssim.of(picture(tensors, pair + ".x"), picture(tensors, pair + ".y"));
            case "ssim_skimage_rgb_float_dr1", "ssim_skimage_gray_float_dr1" ->
                Ssim.of(x, y, 1, SsimOptions.defaults());
            case "ssim_skimage_gray_uniform7_default" -> Ssim.of(x, y, 1, SsimOptions.scikitImage());
            case "ms_ssim_torchmetrics_dr1" -> MsSsim.of(x, y, 1, MsSsimOptions.torchmetrics());
            case "mse_float" -> PixelErrors.meanSquared(x, y);
            case "mae_float" -> PixelErrors.meanAbsolute(x, y);
            case "psnr_float_dr1", "psnr_torchmetrics_dr1" -> Psnr.of(x, y, 1);
            case "psnr_uint8_dr255" -> Psnr.of(picture(tensors, pair + ".x"), picture(tensors, pair + ".y"));
            case "uqi_torchmetrics" -> UniversalQuality.of(x, y);
            default -> throw new UnsupportedCaseException("RAGDiff has no figure of pictures called " + figure);
        };
    }

    private static double[] map(String pair, FixtureTensors tensors) throws IOException {
        SsimOptions everywhere = SsimOptions.defaults().withBorder(SsimOptions.Border.SYMMETRIC);
        return Ssim.map(plane(tensors, pair + ".x_gray"), plane(tensors, pair + ".y_gray"), 1, everywhere)
                .plane(0);
    }

    /** A tensor [H, W] as it is. */
    private static ImagePlanes plane(FixtureTensors tensors, String name) throws IOException {
        long[] shape = tensors.shape(name, 2);
        return new ImagePlanes((int) shape[1], (int) shape[0], tensors.values(name));
    }

    /** 8-bit values [H, W] or [H, W, 3], divided by 255. */
    private static ImagePlanes unit(FixtureTensors tensors, String name) throws IOException {
        if (tensors.shape(name).length == 3) {
            return ImagePlanes.of(picture(tensors, name));
        }
        ImagePlanes p = plane(tensors, name);
        double[] values = Arrays.stream(p.plane(0)).map(v -> v / 255).toArray();
        return new ImagePlanes(p.width(), p.height(), values);
    }

    private static RgbImage picture(FixtureTensors tensors, String name) throws IOException {
        long[] shape = tensors.shape(name, 3);
        double[] values = tensors.values(name);
        byte[] rgb = new byte[values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (int) values[i];
        }
        return new RgbImage((int) shape[1], (int) shape[0], rgb);
    }
}
