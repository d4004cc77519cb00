package org.ragdiff.eval.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ragdiff.eval.protocol.MetricDefinition.Better;

/**
 * Protocols of papers that print figures without saying how pictures were resized and cropped. Their figures can be
 * quoted beside each other within one table, and with no other. Stateless.
 */
final class QuotedProtocols {
    static final MeasurementProtocol TEMU_2025 = protocol(
            "temu/2025",
            "Lobba et al., TEMU-VTOFF, ICLR 2026, arXiv 2505.21062",
            "VITON-HD test and Dress Code test",
            "percent; kid times 1000",
            List.of("ssim", "lpips", "dists", "fid", "kid"));

    static final MeasurementProtocol ANY2ANY_2025 = protocol(
            "any2any/2025",
            "Guo et al., Any2AnyTryon, ICCV 2025, arXiv 2501.15891, table 2",
            "VITON-HD test, garment reconstruction",
            "fractions; kid times 1000",
            List.of("ssim", "msSsim", "cwSsim", "lpips", "fid", "clipFid", "kid", "dists"));

    static final MeasurementProtocol VOOST_2025 = protocol(
            "voost/2025",
            "Lee and Kwak, Voost, arXiv 2508.04825, table 2",
            "VITON-HD, official test split, try-off",
            "kid times 1000",
            List.of("fid", "kid"));

    static final MeasurementProtocol UNIFIT_2026 = protocol(
            "unifit/2026",
            "UniFit, AAAI 2026, arXiv 2511.15831",
            "VITON-HD test, garment reconstruction",
            "fractions",
            List.of("ssim", "lpips", "dists", "fid"));

    private QuotedProtocols() {}

    private static MeasurementProtocol protocol(
            String name, String citation, String data, String scale, List<String> figures) {
        List<MetricDefinition> metrics = new ArrayList<>();
        for (String f : figures) {
            Better better = f.endsWith("sim") || f.endsWith("Ssim") ? Better.HIGHER : Better.LOWER;
            String open = MeasurementProtocol.NOT_DOCUMENTED;
            metrics.add(MetricDefinition.of(f, better, open).withBackbone(open));
        }
        return new MeasurementProtocol(
                name,
                citation,
                data,
                MeasurementProtocol.NOT_DOCUMENTED,
                Preparation.NOT_DOCUMENTED,
                Preparation.NOT_DOCUMENTED,
                Map.of("scale", scale),
                metrics);
    }
}
