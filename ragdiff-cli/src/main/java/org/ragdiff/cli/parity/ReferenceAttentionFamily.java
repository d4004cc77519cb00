package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ragdiff.core.nn.Attention;
import org.ragdiff.core.nn.Attention.KeyValue;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Var;

/** Self-attention that also reads the tokens of references. */
final class ReferenceAttentionFamily implements ParityFamily {
    private static final double RELATIVE = 2e-5;

    @Override
    public String name() {
        return "reference-attention";
    }

    @Override
    public void run(FixtureFolder folder, ParityRun run) throws IOException {
        for (FixtureObject c : folder.index().objects("cases")) {
            run.check(c.text("name"), Tolerance.relative(RELATIVE), d -> {
                try (FixtureTensors tensors = folder.tensors(c.text("file"));
                        Attention attention = attention(c, tensors);
                        NetworkPass pass = new NetworkPass(run.kernels(), tensors, d)) {
                    attend(attention, pass);
                }
            });
        }
    }

    private static Attention attention(FixtureObject c, FixtureTensors tensors) throws IOException {
        int channels = c.integer("channels");
        int heads = c.integer("heads");
        double scale = c.numberOr("scale", 1 / Math.sqrt((double) channels / heads));
        if (Math.abs(scale * Math.sqrt((double) channels / heads) - 1) > 1e-6) {
            throw new UnsupportedCaseException("scale " + scale + " is not 1 / sqrt(channels / heads)");
        }
        Attention a = tensors.has("bias.to_q")
                ? Attention.withBias(null, channels, channels, heads)
                : new Attention(null, channels, channels, heads);
        for (Map.Entry<String, Parameter> p : a.parameters().entrySet()) {
            int dot = p.getKey().lastIndexOf('.');
            String layer = p.getKey().substring(0, dot).replace(".0", "");
            HostArrays.write(p.getValue().value(), tensors.floats(p.getKey().substring(dot + 1) + "." + layer));
        }
        return a;
    }

    private static void attend(Attention attention, NetworkPass pass) throws IOException {
        Var x = Shapes.tokens(pass.tape(), pass.map("in.hidden"));
        List<Var> references = new ArrayList<>();
        for (int i = 0; pass.has("in.reference." + i); i++) {
            references.add(Shapes.tokens(pass.tape(), pass.map("in.reference." + i)));
        }
        KeyValue own = attention.project(pass.tape(), x);
        KeyValue reference = references.isEmpty()
                ? null
                : attention.project(pass.tape(), Shapes.concatTokens(pass.tape(), references.toArray(new Var[0])));
        Var out = attention.apply(pass.tape(), x, own, reference);
        pass.compare("out.tokens", out);
        if (pass.has("out.map")) {
            long[] s = pass.tensors().shape("out.map", 4);
            pass.compareMap("out.map", Shapes.reshape(pass.tape(), out, s[0], s[2], s[3], s[1]));
        }
        if (pass.has("out.self_only_f64")) {
            pass.compare("out.self_only_f64", attention.apply(pass.tape(), x, own, null));
        }
    }
}
