package org.ragdiff.retrieval.database.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.image.ImageLimits;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.retrieval.database.ThumbnailStore;
import org.ragdiff.retrieval.database.exchange.ExchangeFiles.Line;
import org.ragdiff.retrieval.database.exchange.ExchangeFiles.Manifest;

/**
 * Reads what {@link DatabaseExport} writes, or another program in its form, and trusts none of it: sizes
 * are bounded before memory is taken, embeddings must be finite unit vectors, files must lie in the folder.
 * {@code fields.npy} may be missing: distance fields are then made of the silhouettes. Immutable.
 */
public final class DatabaseImport {
    /** Entries that are read at most. */
    public static final int MOST = 10_000_000;

    private static final int MANIFEST_BYTES = 1 << 20;
    private static final int LINE_CHARACTERS = 1 << 14;
    private static final int MAX_SIDE = 256;
    /** Of an embedding's norm from 1. */
    private static final double UNIT = 1e-3;

    private static final ImageLimits PICTURES =
            ImageLimits.defaults().withMaxBytes(1 << 22).withMaxPixels(1 << 22);

    private final Path folder;
    private final Manifest manifest;

    private DatabaseImport(Path folder, Manifest manifest) {
        this.folder = folder;
        this.manifest = manifest;
    }

    /**
     * Reads {@code database.json} alone.
     *
     * @throws IOException with a message for users if it is missing or not right
     */
    public static DatabaseImport open(Path folder) throws IOException {
        Path file = folder.resolve(ExchangeFiles.MANIFEST);
        if (!Files.isRegularFile(file)) {
            throw new IOException("no exported structure database in " + folder + ": " + ExchangeFiles.MANIFEST
                    + " is missing; make one with `ragdiff index export`");
        }
        try {
            Manifest m = ExchangeFiles.JSON.readValue(bounded(file, MANIFEST_BYTES), Manifest.class);
            if (!ExchangeFiles.FORMAT.equals(m.format()) || m.version() != ExchangeFiles.VERSION) {
                throw new IOException(file + " is of format " + m.format() + ", version " + m.version()
                        + "; this program reads " + ExchangeFiles.FORMAT + ", version " + ExchangeFiles.VERSION);
            }
            if (m.count() < 0 || m.count() > MOST || m.dimension() < 1 || m.encoder() == null) {
                throw new IOException(file + " tells of " + m.count() + " entries of dimension " + m.dimension()
                        + " by encoder " + m.encoder() + ": expected 0 to " + MOST + ", at least 1, a name");
            }
            return new DatabaseImport(folder.toRealPath(), m);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not what `ragdiff index export` writes: " + e.getOriginalMessage(), e);
        }
    }

    private static byte[] bounded(Path file, int most) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new IOException(file + " has more than " + most + " bytes");
            }
            return bytes;
        }
    }

    public int count() {
        return manifest.count();
    }

    public int dimension() {
        return manifest.dimension();
    }

    public String encoderFingerprint() {
        return manifest.encoder();
    }

    public Optional<Provenance> provenance() {
        return Optional.ofNullable(manifest.provenance());
    }

    /**
     * Brings all entries into a database. Commits nothing: close the database without a commit if this
     * throws.
     *
     * @throws IllegalArgumentException if the database is of another encoder or dimension
     * @throws IOException with a message that names file and entry if anything is not right
     */
    public IntakeCounts into(StructureDatabase target, ConflictPolicy policy) throws IOException {
        if (!target.encoderFingerprint().equals(encoderFingerprint()) || target.dimension() != dimension()) {
            throw new IllegalArgumentException("the export is of encoder " + encoderFingerprint() + ", dimension "
                    + dimension() + ", the database of " + target.encoderFingerprint() + ", dimension "
                    + target.dimension() + ": import it into a database of its own");
        }
        for (String needed : List.of(ExchangeFiles.EMBEDDINGS, ExchangeFiles.ENTRIES)) {
            if (!Files.isRegularFile(folder.resolve(needed))) {
                throw new IOException("there is no " + needed + " in " + folder + ": export it again");
            }
        }
        Path fieldFile = folder.resolve(ExchangeFiles.FIELDS);
        try (EntryIntake intake = new EntryIntake(target, policy);
                NpyReader embeddings = new NpyReader(folder.resolve(ExchangeFiles.EMBEDDINGS));
                NpyReader fields = Files.exists(fieldFile) ? new NpyReader(fieldFile) : null;
                BufferedReader lines = Files.newBufferedReader(folder.resolve(ExchangeFiles.ENTRIES))) {
            requireShapes(embeddings, fields);
            for (int n = 1; n <= count(); n++) {
                try {
                    Line line = ExchangeFiles.JSON.readValue(next(lines), Line.class);
                    if (line == null || line.id() == null) {
                        throw new IOException("it has no id");
                    }
                    intake.take(
                            new StructureEntry(
                                    line.id(),
                                    unit(embeddings.row()),
                                    fields == null ? field(line) : field(fields),
                                    line.attributes(),
                                    line.group() == null ? "" : line.group()),
                            thumbnail(line));
                } catch (JsonProcessingException e) {
                    throw wrong(n, e.getOriginalMessage(), e);
                } catch (IOException | IllegalArgumentException e) {
                    throw wrong(n, e.getMessage(), e);
                }
            }
            if (lines.read() != -1) {
                throw new IOException(folder.resolve(ExchangeFiles.ENTRIES) + " has more lines than the " + count()
                        + " that " + ExchangeFiles.MANIFEST + " tells of");
            }
            return intake.finish();
        }
    }

    private IOException wrong(int line, String why, Exception cause) {
        return new IOException(
                folder.resolve(ExchangeFiles.ENTRIES) + ", line " + line + ": " + why + "; nothing was imported",
                cause);
    }

    private void requireShapes(NpyReader embeddings, NpyReader fields) throws IOException {
        long[] v = embeddings.shape();
        if (v.length != 2 || v[0] != count() || v[1] != dimension()) {
            throw new IOException(folder.resolve(ExchangeFiles.EMBEDDINGS) + " has shape " + Arrays.toString(v)
                    + ", expected [" + count() + ", " + dimension() + "]");
        }
        if (fields != null) {
            long[] f = fields.shape();
            if (f.length != 3 || f[0] != count() || f[1] != f[2] || f[1] > MAX_SIDE || f[1] < 1 && count() > 0) {
                throw new IOException(folder.resolve(ExchangeFiles.FIELDS) + " has shape "
                        + Arrays.toString(f) + ", expected [" + count() + ", side, side] with a side of 1 to "
                        + MAX_SIDE);
            }
        }
    }

    /** A line that is not longer than it may be. */
    private static String next(BufferedReader lines) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = lines.read(); c != '\n'; c = lines.read()) {
            if (c < 0 && line.isEmpty()) {
                throw new IOException("the file ends before it");
            }
            if (c < 0) {
                break;
            }
            if (line.length() == LINE_CHARACTERS) {
                throw new IOException("it has more than " + LINE_CHARACTERS + " characters");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    private static float[] unit(float[] v) {
        double squares = 0;
        for (float x : v) {
            squares += (double) x * x;
        }
        double norm = Math.sqrt(squares);
        if (!(Math.abs(norm - 1) <= UNIT)) {
            throw new IllegalArgumentException("the embedding has norm " + norm + ", expected a unit vector");
        }
        return v;
    }

    private static SignedDistanceField field(NpyReader fields) throws IOException {
        float[] values = fields.row();
        return new SignedDistanceField((int) fields.shape()[1], values);
    }

    private SignedDistanceField field(Line line) throws IOException {
        if (line.silhouette() == null) {
            throw new IOException(
                    "it has no silhouette, and there is no " + ExchangeFiles.FIELDS + ": one of them is needed");
        }
        RgbImage picture = ImageFiles.read(inside(line.silhouette()), PICTURES);
        if (picture.width() != picture.height()) {
            throw new IOException(line.silhouette() + " has " + picture.width() + "x" + picture.height()
                    + " pixels, expected a square in the standard frame");
        }
        boolean[] inside = new boolean[picture.width() * picture.height()];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = picture.at(i % picture.width(), i / picture.width(), 0) >= 128;
        }
        return SignedDistanceField.of(new Silhouette(picture.width(), picture.height(), inside))
                .resize(StandardFrame.FIELD_SIDE);
    }

    private Optional<byte[]> thumbnail(Line line) throws IOException {
        if (line.thumbnail() == null) {
            return Optional.empty();
        }
        byte[] bytes = bounded(inside(line.thumbnail()), ThumbnailStore.MAX_BYTES);
        ThumbnailStore.check(line.id(), bytes);
        return Optional.of(bytes);
    }

    /** The file of a name, which has to lie in the folder, links followed. */
    private Path inside(String name) throws IOException {
        Path file;
        try {
            file = folder.resolve(name).toRealPath();
        } catch (IOException | InvalidPathException e) {
            throw new IOException("there is no file " + name + " in the folder", e);
        }
        if (!file.startsWith(folder) || !Files.isRegularFile(file)) {
            throw new IOException(name + " is not a file in the folder");
        }
        return file;
    }
}
