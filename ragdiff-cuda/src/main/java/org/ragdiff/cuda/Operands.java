package org.ragdiff.cuda;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Where the arrays of an operation, which lie in host memory, are on the device while it runs. One operation at a time. */
interface Operands extends AutoCloseable {
    /** Device address of an array that is read; 0 for null. */
    long in(INDArray a);

    /** Device address of an array that is overwritten wholly; 0 for null. */
    long out(INDArray a);

    /** Device address of an array that is read and written, or written in parts. */
    long inOut(INDArray a);

    /** Ends an operation that was submitted: what was written is, or will be, in the host's arrays. */
    void commit();

    /** Ends an operation that failed; what it wrote is undefined. */
    void abandon();

    @Override
    void close();
}
