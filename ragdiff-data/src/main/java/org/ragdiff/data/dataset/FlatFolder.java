package org.ragdiff.data.dataset;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ragdiff.data.pairs.PhotoFolder;

/** Flats alone; photos of them are made. Stateless. */
final class FlatFolder implements DatasetFormat {
    @Override
    public String kind() {
        return "flats";
    }

    @Override
    public String layout() {
        return """
                NAME.png, NAME.jpg            garments, flat, on white or transparent ground
                beside the folder, DIR.csv    path,label,kids,sender_id of each (optional)
                """;
    }

    @Override
    public DatasetListing list(DatasetOptions options) throws IOException {
        List<PairFiles> garments = new ArrayList<>();
        List<LeftOut> leftOut = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        List<PhotoFolder.Photo> flats =
                java.nio.file.Files.isDirectory(options.root()) ? PhotoFolder.list(options.root()) : List.of();
        if (flats.isEmpty()) {
            throw new WrongLayoutException(this, options.root(), "there are no pictures");
        }
        for (PhotoFolder.Photo flat : flats) {
            if (!ids.add(flat.id())) {
                leftOut.add(OwnPairs.twice(flat));
            } else if (options.split() == DatasetSplit.ALL || options.split() == OwnPairs.side(flat.group())) {
                garments.add(new PairFiles(
                        flat.id(),
                        flat.group(),
                        Optional.empty(),
                        Optional.empty(),
                        flat.file(),
                        Optional.empty(),
                        flat.attributes(),
                        0));
            }
        }
        return new DatasetListing(garments, leftOut);
    }
}
