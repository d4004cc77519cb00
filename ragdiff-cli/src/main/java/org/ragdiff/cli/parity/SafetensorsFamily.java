package org.ragdiff.cli.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ragdiff.core.io.SafetensorsException;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.io.TensorInfo;

/** Files on which the reference library's verdict is recorded: what it rejects must be rejected. */
final class SafetensorsFamily implements ParityFamily {
    private static final Tolerance EXACT = Tolerance.absolute(0);

    @Override
    public String name() {
        return "safetensors-malformed";
    }

    @Override
    public void run(FixtureFolder folder, ParityRun run) throws IOException {
        FixtureObject index = folder.index();
        for (FixtureObject f : index.objects("files")) {
            String file = f.text("file");
            run.check(file, EXACT, d -> {
                Path path = folder.resolve(file);
                switch (f.text("verdict")) {
                    case "rejects" -> rejected(path, d);
                    case "accepts" -> accepted(path, f, index, d);
                    default ->
                        throw new FixtureException(f.where() + ": the verdict is \"" + f.text("verdict")
                                + "\", expected accepts or rejects");
                }
            });
        }
    }

    private static void rejected(Path path, Deviation d) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            d.require(false, "accepted " + file + ", which the reference rejects");
        } catch (SafetensorsException e) {
            d.require(
                    e.getMessage().contains(String.valueOf(path.getFileName())),
                    "rejected, but without the file's name: " + e.getMessage());
        }
    }

    private static void accepted(Path path, FixtureObject expected, FixtureObject index, Deviation d)
            throws IOException {
        SafetensorsFile opened;
        try {
            opened = SafetensorsFile.open(path);
        } catch (SafetensorsException e) {
            // The reference keeps one of two equal keys; refusing such a file is the stricter answer.
            if (e.getMessage().contains("twice")) {
                return;
            }
            throw e;
        }
        try (SafetensorsFile file = opened) {
            Set<String> keys = new HashSet<>();
            expected.node().path("keys").forEach(k -> keys.add(k.asText()));
            d.require(file.names().equals(keys), "has the tensors " + file.names() + ", expected " + keys);
            for (String key : keys) {
                TensorInfo info = file.info(key);
                JsonNode shape = expected.object("tensors").object(key).node().path("shape");
                String got = Arrays.toString(info.shape()).replace(" ", "");
                d.require(got.equals(shape.toString()), "\"" + key + "\" has shape " + got + ", expected " + shape);
                if (info.dtype().nd4j().isPresent()) {
                    d.require(file.readFloat(key).length() == info.length(), "\"" + key + "\" was read short");
                }
            }
            Map<String, String> metadata = new HashMap<>();
            expected.node()
                    .path("metadata")
                    .fields()
                    .forEachRemaining(e -> metadata.put(e.getKey(), e.getValue().asText()));
            d.require(
                    file.metadata().equals(metadata), "has the metadata " + file.metadata() + ", expected " + metadata);
            if (path.getFileName().toString().contains("all_dtypes") && index.has("all_dtypes_values")) {
                values(path, file, index.object("all_dtypes_values"), d);
            }
        }
    }

    /** The recorded values, of the types that can be read. */
    private static void values(Path path, SafetensorsFile file, FixtureObject recorded, Deviation d)
            throws IOException {
        try (FixtureTensors tensors = new FixtureTensors(path)) {
            for (String name : file.names()) {
                if (recorded.has(name) && file.info(name).dtype().nd4j().isPresent()) {
                    List<Double> expected = new ArrayList<>();
                    recorded.node().get(name).forEach(v -> expected.add(number(v.asText())));
                    double[] all =
                            expected.stream().mapToDouble(Double::doubleValue).toArray();
                    d.add(name, tensors.values(name), all);
                }
            }
        }
    }

    private static double number(String text) {
        return switch (text) {
            case "True" -> 1;
            case "False" -> 0;
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> Double.parseDouble(text);
        };
    }
}
