package org.ragdiff.bench.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ragdiff.bench.Work;

/**
 * The result of a run, as JSON and as Markdown.
 *
 * @param machine what it was measured on
 * @param limits what the machine reaches, in thousands of millions a second
 * @param failures rows that could not be measured or whose results differ, in words
 */
public record BenchReport(
        Map<String, String> machine, Map<Work.Limit, Double> limits, List<RowResult> rows, List<String> failures) {

    /** Ours' rate as a share of the machine's limit; 0 if not counted. */
    double share(RowResult row) {
        double limit = limits.getOrDefault(row.spec().work().limit(), 0.0);
        return limit > 0 ? row.rate() / limit : 0;
    }

    /** Writes {@code machine}, {@code limits}, {@code rows} and {@code failures}. */
    public void writeJson(Path file) throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ObjectNode root = mapper.createObjectNode();
        ObjectNode about = root.putObject("machine");
        machine.forEach(about::put);
        ObjectNode top = root.putObject("limits");
        limits.forEach((limit, rate) -> top.putObject(limit.name().toLowerCase(Locale.ROOT))
                .put("unit", limit.unit())
                .put("rate", rounded(rate)));
        ArrayNode list = root.putArray("rows");
        rows.forEach(row -> put(list.addObject(), row));
        failures.forEach(root.putArray("failures")::add);
        createParent(file);
        Files.writeString(file, mapper.writeValueAsString(root) + "\n");
    }

    private void put(ObjectNode node, RowResult row) {
        boolean counted = row.rate() > 0;
        boolean paired = row.peerTime() > 0;
        node.put("name", row.spec().name());
        node.put("params", row.spec().params());
        node.put("unit", "ms");
        node.put("ours", rounded(row.ours()));
        node.put("peer", paired ? row.peer() : null);
        node.put("peerTime", paired ? rounded(row.peerTime()) : null);
        node.put("ratio", paired ? rounded(row.ratio()) : null);
        node.put("share", share(row) > 0 ? rounded(share(row)) : null);
        node.put("rate", counted ? rounded(row.rate()) : null);
        node.put("peerRate", counted && paired ? rounded(row.peerRate()) : null);
        node.put("rateUnit", counted ? row.spec().work().limit().unit() : null);
        node.put("spread", rounded(row.spread()));
        node.put("heapBytes", Math.round(row.heapBytes()));
        node.put("offHeapBytes", Math.round(row.offHeapBytes()));
        node.put("peerOffHeapBytes", paired ? Math.round(row.peerOffHeapBytes()) : null);
        node.put("difference", paired ? row.difference() : null);
    }

    private static Double rounded(double value) {
        return Double.valueOf(String.format(Locale.ROOT, "%.4g", value));
    }

    /** Writes the table with the machine's description. */
    public void writeMarkdown(Path file, String command) throws IOException {
        createParent(file);
        Files.writeString(file, markdown(command));
    }

    String markdown(String command) {
        StringBuilder s = new StringBuilder("# Benchmarks\n\nWritten by `")
                .append(command)
                .append("`.\n\n");
        s.append(
                "Times are medians of one run, in which both sides take turns in the same process. Ratio: ours / peer, "
                        + "below 1 is faster than the peer. Share: of the best rate that this machine reached in this run where all "
                        + "products are computed; above 100% where Winograd's convolution saves some.\n\n");
        machine.forEach((name, value) ->
                s.append("- ").append(name).append(": ").append(value).append('\n'));
        limits.forEach((limit, rate) -> s.append("- best ")
                .append(limit.name().toLowerCase(Locale.ROOT))
                .append(": ")
                .append(number(rate))
                .append(' ')
                .append(limit.unit())
                .append('\n'));
        s.append("\n| what | size | ours, ms | peer, ms | ratio | rate | share | off-heap, MB (peer) | peer |\n");
        s.append("|---|---|---:|---:|---:|---:|---:|---:|---|\n");
        rows.forEach(row -> append(s, row));
        if (!failures.isEmpty()) {
            s.append("\nFailed:\n\n");
            failures.forEach(f -> s.append("- ").append(f).append('\n'));
        }
        return s.toString();
    }

    private void append(StringBuilder s, RowResult row) {
        boolean paired = row.peerTime() > 0;
        boolean counted = row.rate() > 0;
        String memory = Math.round(row.offHeapBytes() / 1e6)
                + (paired ? " (" + Math.round(row.peerOffHeapBytes() / 1e6) + ")" : "");
        List<String> cells = List.of(
                row.spec().name(),
                row.spec().params(),
                number(row.ours()),
                paired ? number(row.peerTime()) : "",
                paired ? String.format(Locale.ROOT, "%.2f", row.ratio()) : "",
                counted ? rates(row) : "",
                share(row) > 0 ? String.format(Locale.ROOT, "%.0f%%", 100 * share(row)) : "",
                memory,
                row.peer());
        s.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    /** Of a training the peer's too: there the rate is what one asks for. */
    private static String rates(RowResult row) {
        Work.Limit limit = row.spec().work().limit();
        String peer = limit == Work.Limit.IMAGES && row.peerTime() > 0 ? " (" + number(row.peerRate()) + ")" : "";
        return number(row.rate()) + " " + limit.unit() + peer;
    }

    static String number(double value) {
        int digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : value >= 0.1 ? 3 : 4;
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    private static void createParent(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
    }
}
