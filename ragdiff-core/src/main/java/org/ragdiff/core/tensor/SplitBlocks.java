package org.ragdiff.core.tensor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Pieces of large regions: the smallest free piece that is large enough is cut to size, and neighbours that are free
 * become one piece again (best fit with immediate coalescing; Wilson et al. 1995). Holds little more than what is in
 * use at most, where blocks by size hold the most of each size.
 */
final class SplitBlocks implements MemoryBlocks {
    /** Floats of a region, unless a larger piece is asked for. */
    private static final long REGION = 8L << 20;
    /** Floats that sizes are multiples of: four cache lines. */
    private static final long UNIT = 64;

    /** Of a region; free or in use. */
    private static final class Piece extends Block {
        final FloatPointer region;
        final long offset;
        Piece before;
        Piece after;
        boolean free;

        Piece(FloatPointer region, long offset, long capacity) {
            this.region = region;
            this.offset = offset;
            this.capacity = capacity;
        }

        long address() {
            return region == null ? 0 : region.address() + offset * Float.BYTES;
        }
    }

    private final TreeSet<Piece> free =
            new TreeSet<>(Comparator.<Piece>comparingLong(p -> p.capacity).thenComparingLong(Piece::address));
    private final List<FloatPointer> regions = new ArrayList<>();
    private long allocatedBytes;

    @Override
    public Block take(long length) {
        long size = (length + UNIT - 1) / UNIT * UNIT;
        Piece piece = free.ceiling(new Piece(null, 0, size));
        if (piece == null) {
            piece = grow(size);
        } else {
            free.remove(piece);
        }
        if (piece.capacity > size) {
            Piece rest = new Piece(piece.region, piece.offset + size, piece.capacity - size);
            piece.capacity = size;
            link(rest, piece.after);
            link(piece, rest);
            release(rest);
        }
        piece.free = false;
        piece.buffer = MemoryBlocks.buffer(piece.region.getPointer(piece.offset).capacity(size), size);
        return piece;
    }

    private Piece grow(long size) {
        long floats = Math.max(size, REGION);
        FloatPointer region = MemoryBlocks.allocate(floats);
        regions.add(region);
        allocatedBytes += floats * Float.BYTES;
        return new Piece(region, 0, floats);
    }

    @Override
    public void give(Block block) {
        Piece piece = (Piece) block;
        piece.buffer = null;
        Piece after = piece.after;
        if (after != null && after.free) {
            free.remove(after);
            piece.capacity += after.capacity;
            link(piece, after.after);
        }
        Piece before = piece.before;
        if (before != null && before.free) {
            free.remove(before);
            before.capacity += piece.capacity;
            link(before, piece.after);
            piece = before;
        }
        release(piece);
    }

    private void release(Piece piece) {
        piece.free = true;
        free.add(piece);
    }

    private static void link(Piece first, Piece second) {
        first.after = second;
        if (second != null) {
            second.before = first;
        }
    }

    @Override
    public long allocatedBytes() {
        return allocatedBytes;
    }

    @Override
    public void close() {
        regions.forEach(FloatPointer::close);
        regions.clear();
        free.clear();
        allocatedBytes = 0;
    }
}
