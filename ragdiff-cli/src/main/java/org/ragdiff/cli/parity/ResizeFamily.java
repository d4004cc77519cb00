package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.core.image.SourceBox;
import org.ragdiff.core.tensor.AxisMap;
import org.ragdiff.core.tensor.SpatialMaps;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;

/** Pictures and planes resized by Pillow (8-bit exactly) and by torch's interpolate. */
final class ResizeFamily implements ParityFamily {
    private static final Tolerance EXACT = Tolerance.absolute(0);
    private static final Tolerance FLOATS = Tolerance.relative(1e-5);

    @Override
    public String name() {
        return "resize";
    }

    @Override
    public void run(FixtureFolder folder, ParityRun run) throws IOException {
        List<FixtureObject> cases = folder.index().objects("cases");
        try (FixtureTensors tensors = folder.onlyTensors()) {
            for (FixtureObject c : cases) {
                String key = c.text("key");
                boolean pillow = c.text("library").equals("Pillow");
                boolean bytes =
                        tensors.has(key) && tensors.info(key).dtype().name().equals("U8");
                run.check(key, bytes ? EXACT : FLOATS, d -> {
                    double[] expected = tensors.values(tensors.has(key + "_f64") ? key + "_f64" : key);
                    d.add(key, pillow ? pillow(c, tensors, bytes) : torch(c, tensors, run), expected);
                });
            }
        }
    }

    private static double[] pillow(FixtureObject c, FixtureTensors tensors, boolean bytes) throws IOException {
        String source = c.text("source");
        long[] shape = tensors.shape(source);
        if (shape.length != 2 && shape.length != 3) {
            throw new FixtureException(
                    source + " has shape " + Arrays.toString(shape) + ", expected [H, W] or [H, W, C]");
        }
        int h = (int) shape[0];
        int w = (int) shape[1];
        int channels = shape.length == 2 ? 1 : (int) shape[2];
        SourceBox box = SourceBox.whole(w, h);
        if (c.has("box")) {
            double[] b = c.numbers("box");
            if (b.length != 4) {
                throw new FixtureException(c.where() + ": a box has four numbers, got " + b.length);
            }
            box = new SourceBox(b[0], b[1], b[2], b[3]);
        }
        ResampleFilter filter = filter(c.text("filter"));
        float[] values = tensors.floats(source);
        int width = c.integer("width");
        int height = c.integer("height");
        if (!bytes) {
            if (channels != 1) {
                throw new FixtureException(source + " has " + channels + " channels; Pillow's mode F has one");
            }
            return Deviation.widen(Resize.floats(values, w, h, box, width, height, filter));
        }
        byte[] in = new byte[values.length];
        for (int i = 0; i < in.length; i++) {
            in[i] = (byte) (int) values[i];
        }
        byte[] out = channels == 4
                ? Resize.rgba(in, w, h, box, width, height, filter)
                : Resize.bytes(in, channels, w, h, box, width, height, filter);
        double[] got = new double[out.length];
        for (int i = 0; i < got.length; i++) {
            got[i] = out[i] & 0xff;
        }
        return got;
    }

    private static ResampleFilter filter(String name) {
        try {
            return ResampleFilter.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new UnsupportedCaseException("RAGDiff has no filter " + name);
        }
    }

    private static double[] torch(FixtureObject c, FixtureTensors tensors, ParityRun run) throws IOException {
        String source = c.text("source");
        long[] shape = tensors.shape(source, 4);
        AxisMap rows = axis(c, (int) shape[2], c.integer("height"));
        AxisMap columns = axis(c, (int) shape[3], c.integer("width"));
        try (INDArray theirs = tensors.array(source);
                TensorPool pool = new TensorPool();
                Tape tape = Tape.inference(run.kernels(), pool)) {
            INDArray out = SpatialMaps.apply(tape, tape.constant(OpLayout.MAP.ours(theirs)), rows, columns)
                    .value();
            return OpLayout.MAP.theirs(out, new long[] {shape[0], shape[1], rows.out(), columns.out()});
        }
    }

    private static AxisMap axis(FixtureObject c, int in, int out) {
        boolean corners = c.flagOr("align_corners", false);
        boolean antialias = c.flagOr("antialias", false);
        String mode = c.text("mode");
        return switch (mode) {
            case "nearest" -> AxisMap.nearest(in, out);
            case "nearest-exact" -> AxisMap.nearestExact(in, out);
            case "area" -> AxisMap.area(in, out);
            case "bilinear" ->
                antialias ? AxisMap.antialiased(in, out, false, corners) : AxisMap.bilinear(in, out, corners);
            case "bicubic" ->
                antialias ? AxisMap.antialiased(in, out, true, corners) : AxisMap.bicubic(in, out, corners);
            default -> throw new UnsupportedCaseException("RAGDiff has no interpolation " + mode);
        };
    }
}
