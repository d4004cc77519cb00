package org.ragdiff.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ragdiff.bench.CaseSpec;
import org.ragdiff.bench.Catalogue;
import org.ragdiff.bench.Work;

/** Rows measured in forked processes, and slices in this one. */
class MeasurementTest {
    private static final Measurement.Plan BRIEF = new Measurement.Plan(1, 0, 2, 5);

    @Test
    void aRowHasTheFiguresOfItsFork() throws RowFailedException {
        CaseSpec spec = Catalogue.find("add/demo 1024x48 f32");
        RowResult row = new Measurement(2, Map.of(Work.Limit.MEMORY, 50.0)).measure(spec, BRIEF);
        assertThat(row.ours()).isPositive();
        assertThat(row.rate()).isCloseTo(3 * 4 * 1024 * 48 / (row.ours() * 1e6), within(1e-9));
        if (row.peer().isEmpty()) {
            assertThat(row.ratio()).isNaN();
        } else {
            assertThat(row.ratio()).isEqualTo(row.ours() / row.peerTime());
            assertThat(row.difference()).isBetween(0.0, 1e-4);
        }
    }

    @Test
    void whatFailsInTheForkIsSaid() {
        CaseSpec unknown = new CaseSpec("add", "unheard of", Work.uncounted(), CaseSpec.Effort.SHORT, true, () -> null);
        assertThatThrownBy(() -> new Measurement(1, Map.of()).measure(unknown, BRIEF))
                .isInstanceOf(RowFailedException.class)
                .hasMessageContaining("no row is called \"add/unheard of\"");
    }

    @Test
    void aSliceIsTheMedianOfItsComputations() {
        Slice slice = new Slice();
        int[] runs = {0};
        // One in five is slow, which a mean would show.
        Runnable computation = () -> pause(++runs[0] % 5 == 0 ? 20 : 2);
        slice.run(computation, 60_000_000);
        assertThat(slice.millis()).isBetween(2.0, 8.0);
        assertThat(runs[0]).isGreaterThan(3);
    }

    @Test
    void whatTakesLongerThanASliceRunsOnceWhenThatIsKnown() {
        Slice slice = new Slice();
        int[] runs = {0};
        Runnable computation = () -> {
            runs[0]++;
            pause(15);
        };
        slice.run(computation, 5_000_000);
        assertThat(runs[0]).isEqualTo(2);
        slice.run(computation, 5_000_000);
        assertThat(runs[0]).isEqualTo(3);
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
