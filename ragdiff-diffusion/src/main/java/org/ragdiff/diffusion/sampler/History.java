package org.ragdiff.diffusion.sampler;

import java.util.function.Supplier;

/** The latest few arrays of a run, newest first; their memory goes round. */
final class History<T> {
    private final Object[] arrays;
    private int size;
    private int newest = -1;

    History(int capacity, Supplier<T> maker) {
        arrays = new Object[capacity];
        for (int i = 0; i < capacity; i++) {
            arrays[i] = maker.get();
        }
    }

    /** An array to be overwritten that is the newest from now on; the oldest of a full history. */
    T push() {
        newest = (newest + 1) % arrays.length;
        size = Math.min(size + 1, arrays.length);
        return at(newest);
    }

    /** 0 for the newest. */
    T get(int age) {
        if (age < 0 || age >= size) {
            throw new IndexOutOfBoundsException("age " + age + " of " + size);
        }
        return at((newest - age + arrays.length) % arrays.length);
    }

    int size() {
        return size;
    }

    @SuppressWarnings("unchecked")
    private T at(int i) {
        return (T) arrays[i];
    }
}
