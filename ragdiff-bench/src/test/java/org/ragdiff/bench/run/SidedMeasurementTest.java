package org.ragdiff.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ragdiff.bench.SidedSpec;
import org.ragdiff.bench.SidedSpec.Side;
import org.ragdiff.bench.Work;
import org.ragdiff.bench.peer.TorchPeer;

/** Rows whose sides are programs. */
class SidedMeasurementTest {
    /** A side that prints what it is told. */
    public static final class Program {
        private Program() {}

        /** @param args seconds and check */
        public static void main(String[] args) {
            if (args[0].equals("fail")) {
                System.exit(3);
            }
            System.out.println("a line that is not the result");
            System.out.printf(
                    "{\"medianSeconds\":%s,\"spread\":0.1,\"heapBytes\":7,\"offHeapMB\":2,\"check\":%s}%n",
                    args[0], args[1]);
        }
    }

    private static SidedSpec row(Side ours, Side peer) {
        return new SidedSpec("step", "of a test", Work.flops(4e9), ours, peer, "the peer", 1e-3);
    }

    private static Side side(String... arguments) {
        return new Side(Program.class, List.of(arguments));
    }

    @Test
    void bothProgramsGiveTheRow() throws RowFailedException {
        assumeTrue(TorchPeer.unavailableReason().isEmpty());
        RowResult row = new SidedMeasurement(2).measure(row(side("0.5", "100"), side("2", "100.05")));
        assertThat(row.ours()).isEqualTo(500);
        assertThat(row.peerTime()).isEqualTo(2000);
        assertThat(row.ratio()).isEqualTo(0.25);
        assertThat(row.rate()).isCloseTo(8, within(1e-12));
        assertThat(row.heapBytes()).isEqualTo(7);
        assertThat(row.offHeapBytes()).isEqualTo(2e6);
        assertThat(row.difference()).isCloseTo(5e-4, within(1e-6));
    }

    @Test
    void resultsThatDifferFailTheRow() {
        assumeTrue(TorchPeer.unavailableReason().isEmpty());
        assertThatThrownBy(() -> new SidedMeasurement(2).measure(row(side("1", "100"), side("1", "101"))))
                .isInstanceOf(RowFailedException.class)
                .hasMessageContaining("step/of a test")
                .hasMessageContaining("differ");
    }

    @Test
    void aProgramThatFailsFailsTheRow() {
        assertThatThrownBy(() -> new SidedMeasurement(2).measure(row(side("fail"), side("1", "1"))))
                .isInstanceOf(RowFailedException.class)
                .hasMessageContaining("ended with 3");
    }
}
