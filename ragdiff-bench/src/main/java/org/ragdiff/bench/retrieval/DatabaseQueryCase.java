package org.ragdiff.bench.retrieval;

import java.util.ArrayList;
import java.util.List;
import org.ragdiff.bench.peer.TorchPeer;
import org.ragdiff.bench.peer.TorchTensor;
import org.ragdiff.bench.peer.TorchVariants;
import org.ragdiff.core.EntryFilter;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.retrieval.database.ExactDatabase;

/** The k nearest of n entries to each of some queries, exactly; the peer multiplies and takes the top k. */
final class DatabaseQueryCase extends RetrievalCase {
    private final int entries;
    private final int dimension;
    private final int neighbours;
    private final ExactDatabase database;
    private float[] all;
    private final List<float[]> queries = new ArrayList<>();
    private List<List<Neighbour>> found;

    DatabaseQueryCase(int count, int entries, int dimension, int neighbours) {
        for (int i = 0; i < count; i++) {
            queries.add(unit(dimension));
        }
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
    }

    @Override
    public void ours() {
        found = database.searchAll(queries, neighbours, EntryFilter.any());
    }

    @Override
    protected float[] result() {
        float[] out = new float[queries.size() * neighbours];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) found.get(i / neighbours).get(i % neighbours).similarity();
        }
        return out;
    }

    @Override
    protected void addVariants(TorchVariants v) {
        TorchTensor rows = kept(TorchPeer.tensor(all, entries, dimension));
        float[] asked = new float[queries.size() * dimension];
        for (int i = 0; i < queries.size(); i++) {
            System.arraycopy(queries.get(i), 0, asked, i * dimension, dimension);
        }
        boolean one = queries.size() == 1;
        TorchTensor q =
                kept(one ? TorchPeer.tensor(asked, dimension) : TorchPeer.tensor(asked, queries.size(), dimension));
        v.add(
                one ? "mv, topk" : "mm, topk",
                """
                def forward(self, x: Tensor, q: Tensor) -> Tensor:
                  values, indices = torch.topk(%s, %d)
                  return values
                """
                        .formatted(one ? "torch.mv(x, q)" : "torch.mm(q, x.t())", neighbours),
                rows,
                q);
    }

    @Override
    public void close() {
        super.close();
        database.close();
    }
}
