package org.ragdiff.eval.ablation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.ragdiff.eval.ablation.AblationPlan.Cell;
import org.ragdiff.eval.protocol.MeasurementProtocol;

/**
 * What an ablation found, with every garment's values in every cell, so that reports and statistics can be computed
 * again from the file. It holds no time and no folder: the same plan, weights, data and machine give the same bytes,
 * however often the run was cut short. Immutable.
 *
 * @param format of the file, {@link #FORMAT}
 * @param plan what was varied
 * @param protocol of all figures
 * @param weights SHA-256 by name
 * @param environment what computed, by name
 * @param data sets with their garments
 * @param cells all, in the plan's order
 */
@JsonPropertyOrder({"format", "plan", "protocol", "weights", "environment", "data", "cells"})
public record AblationResults(
        int format,
        AblationPlan plan,
        MeasurementProtocol protocol,
        Map<String, String> weights,
        Map<String, String> environment,
        List<DataSet> data,
        List<CellResult> cells) {
    /** Of files that this version writes and reads. */
    public static final int FORMAT = 1;

    /**
     * @param name in the plan
     * @param description what it is, by name, with fingerprints; no paths
     * @param garments in the order of the cells' values; empty if every cell failed
     */
    public record DataSet(String name, Map<String, String> description, List<CellFigures.Garment> garments) {
        public DataSet {
            Objects.requireNonNull(name, "name");
            description = Collections.unmodifiableMap(new LinkedHashMap<>(description));
            garments = List.copyOf(garments);
        }
    }

    public AblationResults {
        if (format != FORMAT) {
            throw new IllegalArgumentException(
                    "results of format " + format + ", expected " + FORMAT + "; run the ablation again");
        }
        Objects.requireNonNull(plan, "plan");
        if (!Objects.requireNonNull(protocol, "protocol").name().equals(plan.protocol())) {
            throw new IllegalArgumentException(
                    "the plan asks for protocol " + plan.protocol() + ", the figures are of " + protocol.name());
        }
        plan.metrics().forEach(protocol::metric);
        weights = Collections.unmodifiableMap(new TreeMap<>(weights));
        environment = Collections.unmodifiableMap(new TreeMap<>(environment));
        data = List.copyOf(data);
        cells = List.copyOf(cells);
        if (!data.stream().map(DataSet::name).toList().equals(plan.data())) {
            throw new IllegalArgumentException(
                    "data sets " + data.stream().map(DataSet::name).toList() + " are not the plan's " + plan.data());
        }
        List<Cell> planned = plan.cells();
        if (planned.size() != cells.size()) {
            throw new IllegalArgumentException(cells.size() + " cells, the plan has " + planned.size());
        }
        for (int i = 0; i < cells.size(); i++) {
            requireFits(planned.get(i), cells.get(i), data);
        }
    }

    private static void requireFits(Cell planned, CellResult cell, List<DataSet> data) {
        if (!planned.equals(new Cell(cell.index(), cell.variant(), cell.seed(), cell.data()))) {
            throw new IllegalArgumentException("cell " + cell.index() + " is not the plan's " + planned);
        }
        int garments = data.stream()
                .filter(d -> d.name().equals(cell.data()))
                .findFirst()
                .orElseThrow()
                .garments()
                .size();
        cell.values().forEach((figure, column) -> {
            if (column.size() != garments) {
                throw new IllegalArgumentException("cell " + cell.index() + " has " + column.size() + " values of "
                        + figure + " for " + garments + " garments");
            }
        });
    }

    /** Of a run. */
    public static AblationResults of(
            AblationPlan plan,
            MeasurementProtocol protocol,
            Map<String, String> weights,
            Map<String, String> environment,
            Map<String, Map<String, String>> descriptions,
            AblationRunner.Outcome outcome) {
        List<DataSet> sets = plan.data().stream()
                .map(name -> new DataSet(
                        name,
                        descriptions.getOrDefault(name, Map.of()),
                        outcome.garments().getOrDefault(name, List.of())))
                .toList();
        return new AblationResults(FORMAT, plan, protocol, weights, environment, sets, outcome.cells());
    }

    public DataSet dataSet(String name) {
        return data.stream()
                .filter(d -> d.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("no data set \"" + name + "\", expected one of " + plan.data()));
    }

    /** Cells of a variant on a data set, by seed in the plan's order. */
    public List<CellResult> cells(String set, Map<String, String> variant) {
        return cells.stream()
                .filter(c -> c.data().equals(set) && c.variant().equals(variant))
                .toList();
    }

    @JsonIgnore
    public List<CellResult> failures() {
        return cells.stream().filter(CellResult::failed).toList();
    }

    /**
     * A figure's values [garments][seeds], NaN where a garment has none.
     *
     * @return empty if a cell of the variant failed or has no such figure
     */
    public Optional<double[][]> values(String set, Map<String, String> variant, String figure) {
        List<CellResult> all = cells(set, variant);
        if (all.stream().anyMatch(c -> c.failed() || !c.values().containsKey(figure))) {
            return Optional.empty();
        }
        double[][] out = new double[dataSet(set).garments().size()][all.size()];
        for (int s = 0; s < all.size(); s++) {
            List<Double> column = all.get(s).values().get(figure);
            for (int g = 0; g < out.length; g++) {
                Double v = column.get(g);
                out[g][s] = v == null ? Double.NaN : v;
            }
        }
        return Optional.of(out);
    }

    /** The JSON text. */
    public String toJson() throws IOException {
        return AblationJson.write(this);
    }

    /** Writes the JSON, at once or not at all; makes the folder. */
    public void write(Path file) throws IOException {
        AblationJson.write(this, file);
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read or is no such file; the message names it
     */
    public static AblationResults read(Path file) throws IOException {
        return AblationJson.read(file);
    }
}
