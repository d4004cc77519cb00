package org.ragdiff.cli.parity;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One line of the report.
 *
 * @param deviation null where nothing was compared
 * @param tolerance null where nothing was compared
 * @param message why it failed or was skipped; empty if it passed
 */
record CaseResult(String family, String name, Status status, Deviation deviation, Tolerance tolerance, String message) {
    enum Status {
        PASS,
        FAIL,
        SKIP
    }

    /** {@code STATUS family/case maxAbs maxRel tolerance abs|rel message}, with dashes where nothing was compared. */
    String line() {
        String numbers = deviation == null
                ? "- - -"
                : String.format(
                        Locale.ROOT,
                        "%.2e %.2e %.1e %s",
                        deviation.maxAbs(),
                        deviation.maxRel(),
                        tolerance.bound(),
                        tolerance.relative() ? "rel" : "abs");
        return status + " " + family + "/" + name + " " + numbers + (message.isEmpty() ? "" : " " + message);
    }

    Map<String, Object> json() {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("status", status.name());
        out.put("family", family);
        out.put("case", name);
        if (deviation != null) {
            out.put("maxAbs", deviation.maxAbs());
            out.put("maxRel", deviation.maxRel());
            out.put("tolerance", tolerance.bound());
            out.put("toleranceOf", tolerance.relative() ? "maxRel" : "maxAbs");
        }
        if (!message.isEmpty()) {
            out.put("message", message);
        }
        return out;
    }
}
