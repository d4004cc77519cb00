package org.ragdiff.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.ragdiff.bench.Catalogue;

class BenchCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    @Test
    void wrongUseSaysWhatWasExpected() {
        assertThat(run("--only", "(")).isEqualTo(2);
        assertThat(run("--only", "no such row")).isEqualTo(2);
        assertThat(run("--threads", "0")).isEqualTo(2);
        assertThat(run("--fast")).isEqualTo(2);
        assertThat(err.toString())
                .contains("not a regular expression")
                .contains("--list prints them")
                .contains("expected 1 to 1024")
                .contains("--fast");
    }

    @Test
    void aQuickRunHasFewerRows() {
        assertThat(run("--list")).isZero();
        long all = out.toString().lines().count();
        assertThat(all).isEqualTo(Catalogue.all().size() + Catalogue.sided().size());
        out.getBuffer().setLength(0);
        assertThat(run("--quick", "--list")).isZero();
        assertThat(out.toString().lines().count()).isPositive().isLessThan(all);
    }

    @Test
    void aRowThatIsAskedForIsListedWhetherQuickOrNot() {
        assertThat(run("--quick", "--list", "--only", "^layer norm/sd15 256x1280 f32$"))
                .isZero();
        assertThat(out.toString().strip()).isEqualTo("layer norm/sd15 256x1280 f32");
    }
}
