package org.ragdiff.data.pairs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.data.photo.MaskFile;

/**
 * Pairs listed in a {@link PairTable} with all of {@link #COLUMNS}, as they lie in their files. Silhouettes are light
 * inside; an empty group is the id. Pictures are read when they are asked for. Immutable and thread-safe.
 */
public final class PairFile implements PairSource {
    /** Of the first line. */
    public static final List<String> COLUMNS = List.of(
            "wild",
            "standard",
            "silhouette",
            "category",
            "sleeve",
            "neckline",
            "length",
            "closure",
            "fit",
            "id",
            "group",
            "hiddenShare");

    private final Path table;
    private final List<Row> rows;
    private final String fingerprint;

    private record Row(
            int line,
            Path wild,
            Path standard,
            Path silhouette,
            GarmentAttributes attributes,
            String id,
            String group,
            double hiddenShare) {}

    private PairFile(Path table, List<Row> rows, String fingerprint) {
        this.table = table;
        this.rows = rows;
        this.fingerprint = fingerprint;
    }

    /**
     * @throws IOException if the table cannot be read, is not valid or names a file that is not there; the message
     *     gives the line
     */
    public static PairFile open(Path table) throws IOException {
        PairTable read = PairTable.read(table, COLUMNS, COLUMNS);
        List<Row> rows = new ArrayList<>();
        Set<Path> files = new LinkedHashSet<>();
        for (PairTable.Row at : read.rows()) {
            try {
                Row row = row(at);
                rows.add(row);
                files.addAll(List.of(row.wild(), row.standard(), row.silhouette()));
            } catch (IllegalArgumentException e) {
                throw read.at(at, e);
            }
        }
        String content = Sha256.of(table) + Sha256.of(table.toAbsolutePath().getParent(), files);
        return new PairFile(
                table, List.copyOf(rows), "pairs-" + Sha256.of(content).substring(0, 16));
    }

    private static Row row(PairTable.Row at) {
        String id = at.text("id");
        if (id.isEmpty()) {
            throw new IllegalArgumentException("id is empty, every garment needs one");
        }
        return new Row(
                at.line(),
                at.file("wild"),
                at.file("standard"),
                at.file("silhouette"),
                at.attributes(),
                id,
                at.text("group").isEmpty() ? id : at.text("group"),
                at.share("hiddenShare"));
    }

    @Override
    public int garments() {
        return rows.size();
    }

    /**
     * @throws UncheckedIOException if a picture cannot be read or does not fit the others
     */
    @Override
    public GarmentPair pair(long index) {
        if (index < 0) {
            throw new IllegalArgumentException("index must be at least 0, got " + index);
        }
        Row row = rows.get((int) (index % rows.size()));
        try {
            RgbImage standard = ImageFiles.read(row.standard());
            Silhouette silhouette = MaskFile.readLight(row.silhouette());
            String what = null;
            if (standard.width() != standard.height()) {
                what = "the standard image is " + size(standard) + ", expected a square";
            } else if (silhouette.width() != standard.width() || silhouette.height() != standard.height()) {
                what = "the silhouette is " + silhouette.width() + "x" + silhouette.height() + ", the standard image "
                        + size(standard);
            } else if (silhouette.area() == 0) {
                what = "the silhouette is empty, expected light pixels inside the garment";
            }
            if (what != null) {
                throw new IOException(table + ": line " + row.line() + ": " + what);
            }
            return new GarmentPair(
                    ImageFiles.read(row.wild()),
                    standard,
                    silhouette,
                    row.attributes(),
                    row.id(),
                    row.group(),
                    row.hiddenShare());
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static String size(RgbImage image) {
        return image.width() + "x" + image.height();
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }
}
