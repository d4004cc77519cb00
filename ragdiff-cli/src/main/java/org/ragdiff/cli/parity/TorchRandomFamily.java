package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ragdiff.core.random.TorchGenerator;

/**
 * Streams of torch's CPU generator. A tensor's name tells how it was drawn: {@code
 * <function>.seed<s>.<parameter>} from a fresh generator, {@code seq.seed<s>.<i>.<function>} as the i-th draw
 * in a row.
 */
final class TorchRandomFamily implements ParityFamily {
    private static final Pattern NAME = Pattern.compile("(\\w+)\\.seed(-?\\d{1,20})(?:\\.(.*))?");
    private static final Pattern IN_A_ROW = Pattern.compile("(\\d{1,9})\\.(\\w+)");

    /** One draw of a row. */
    private record Step(int index, String function, String tensor) {}

    @Override
    public String name() {
        return "torch-random";
    }

    @Override
    public void run(FixtureFolder folder, ParityRun run) throws IOException {
        folder.index();
        try (FixtureTensors tensors = folder.onlyTensors()) {
            Map<String, List<Step>> rows = new LinkedHashMap<>();
            for (String tensor : tensors.names()) {
                Matcher m = NAME.matcher(tensor);
                if (!m.matches()) {
                    run.fail(tensor, "the name does not say how it was drawn, expected <function>.seed<s>.<parameter>");
                } else if (m.group(1).equals("seq")) {
                    Matcher step = IN_A_ROW.matcher(String.valueOf(m.group(3)));
                    if (step.matches()) {
                        rows.computeIfAbsent(m.group(2), s -> new ArrayList<>())
                                .add(new Step(Integer.parseInt(step.group(1)), step.group(2), tensor));
                    } else {
                        run.fail(tensor, "expected seq.seed<s>.<i>.<function>");
                    }
                } else {
                    String parameter = m.group(3) == null ? "" : m.group(3);
                    run.check(tensor, TorchDraws.tolerance(m.group(1), parameter), d -> {
                        TorchGenerator g = generator(m.group(2));
                        int n = Math.toIntExact(tensors.info(tensor).length());
                        d.add(tensor, TorchDraws.draw(g, m.group(1), parameter, n), tensors.values(tensor));
                    });
                }
            }
            rows.forEach((seed, steps) -> row(seed, steps, tensors, run));
        }
    }

    private static void row(String seed, List<Step> steps, FixtureTensors tensors, ParityRun run) {
        run.check("seq.seed" + seed, TorchDraws.tolerance("randn", ""), d -> {
            steps.sort(Comparator.comparingInt(Step::index));
            TorchGenerator g = generator(seed);
            for (int i = 0; i < steps.size(); i++) {
                Step s = steps.get(i);
                d.require(s.index() == i, "draw " + i + " of seed " + seed + " is not in the file");
                int n = Math.toIntExact(tensors.info(s.tensor()).length());
                d.add(s.tensor(), TorchDraws.draw(g, s.function(), "", n), tensors.values(s.tensor()));
            }
        });
    }

    private static TorchGenerator generator(String seed) {
        try {
            return new TorchGenerator(seed.startsWith("-") ? Long.parseLong(seed) : Long.parseUnsignedLong(seed));
        } catch (NumberFormatException e) {
            throw new FixtureException("seed " + seed + " has more than 64 bits", e);
        }
    }
}
