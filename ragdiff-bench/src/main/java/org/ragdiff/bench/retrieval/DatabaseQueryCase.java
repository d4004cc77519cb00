package org.ragdiff.bench.retrieval;

import java.util.ArrayList;
import java.util.List;
import org.ragdiff.bench.peer.TorchPeer;
import org.ragdiff.bench.peer.TorchTensor;
import org.ragdiff.bench.peer.TorchVariants;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.retrieval.database.ExactDatabase;

/** The k nearest of n entries to one query, exactly; the peer multiplies and takes the top k. */
final class DatabaseQueryCase extends RetrievalCase {
    private final int entries;
    private final int dimension;
    private final int neighbours;
    private final ExactDatabase database;
    private float[] all;
    private float[] query;
    private List<Neighbour> found;

    DatabaseQueryCase(int entries, int dimension, int neighbours) {
        this.entries = entries;
        this.dimension = dimension;
        this.neighbours = neighbours;
        this.database = new ExactDatabase(dimension, "random");
    }

    @Override
    public void openOurs(int threads) {
        // One field for all: a search does not look at it.
        int side = StandardFrame.FIELD_SIDE;
        SignedDistanceField field = new SignedDistanceField(side, new float[side * side]);
        all = new float[Math.multiplyExact(entries, dimension)];
        List<StructureEntry> list = new ArrayList<>(entries);
        for (int i = 0; i < entries; i++) {
            float[] embedding = unit(dimension);
            System.arraycopy(embedding, 0, all, i * dimension, dimension);
            list.add(new StructureEntry("entry " + i, embedding, field, GarmentAttributes.UNKNOWN, "group " + i / 4));
        }
        database.upsert(list);
        query = unit(dimension);
    }

    @Override
    public void ours() {
        found = database.search(query, neighbours, e -> true);
    }

    @Override
    protected float[] result() {
        float[] out = new float[found.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) found.get(i).similarity();
        }
        return out;
    }

    @Override
    protected void addVariants(TorchVariants v) {
        TorchTensor rows = kept(TorchPeer.tensor(all, entries, dimension));
        TorchTensor q = kept(TorchPeer.tensor(query, dimension));
        v.add(
                "mv, topk",
                """
                def forward(self, x: Tensor, q: Tensor) -> Tensor:
                  values, indices = torch.topk(torch.mv(x, q), %d)
                  return values
                """
                        .formatted(neighbours),
                rows,
                q);
    }

    @Override
    public void close() {
        super.close();
        database.close();
    }
}
