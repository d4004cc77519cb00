package org.ragdiff.core.tensor.nd4j;

import static org.ragdiff.core.tensor.nd4j.Operations.allocate;
import static org.ragdiff.core.tensor.nd4j.Operations.columns;
import static org.ragdiff.core.tensor.nd4j.Operations.matmul;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Attention composed of products, one sample and head at a time (ND4J's own attention operation is slower
 * by an order of magnitude). Own and reference keys meet in the columns of one matrix of scores: they are
 * never copied together.
 */
final class AttentionProducts {
    private final INDArray q;
    private final INDArray k;
    private final INDArray v;
    private final INDArray kRef;
    private final INDArray vRef;
    private final int heads;
    private final float scale;
    private final long head;
    private final long own;
    private final long reference;
    private final INDArray probabilities;

    AttentionProducts(INDArray q, INDArray k, INDArray v, INDArray kRef, INDArray vRef, int heads, float scale) {
        this.q = q;
        this.k = k;
        this.v = v;
        this.kRef = kRef;
        this.vRef = vRef;
        this.heads = heads;
        this.scale = scale;
        this.head = q.size(2) / heads;
        this.own = k.size(1);
        this.reference = kRef == null ? 0 : kRef.size(1);
        this.probabilities = allocate(q.size(1), own + reference);
    }

    void forward(INDArray out) {
        for (long n = 0; n < q.size(0); n++) {
            for (int h = 0; h < heads; h++) {
                attend(n, h);
                INDArray o = at(out, n, h);
                matmul(owns(probabilities), false, at(v, n, h), false, 1, 0, o);
                if (reference > 0) {
                    matmul(references(probabilities), false, at(vRef, n, h), false, 1, 1, o);
                }
            }
        }
    }

    void backward(
            INDArray gradOut, INDArray gradQ, INDArray gradK, INDArray gradV, INDArray gradKRef, INDArray gradVRef) {
        INDArray gradScores = probabilities.ulike();
        for (long n = 0; n < q.size(0); n++) {
            for (int h = 0; h < heads; h++) {
                attend(n, h);
                INDArray go = at(gradOut, n, h);
                INDArray qh = at(q, n, h);
                INDArray gq = at(gradQ, n, h);
                matmul(owns(probabilities), true, go, false, 1, 0, at(gradV, n, h));
                matmul(go, false, at(v, n, h), true, 1, 0, owns(gradScores));
                if (reference > 0) {
                    matmul(references(probabilities), true, go, false, 1, 0, at(gradVRef, n, h));
                    matmul(go, false, at(vRef, n, h), true, 1, 0, references(gradScores));
                }
                Rows.softmaxBackward(probabilities, gradScores, gradScores);
                matmul(owns(gradScores), false, at(k, n, h), false, scale, 0, gq);
                matmul(owns(gradScores), true, qh, false, scale, 0, at(gradK, n, h));
                if (reference > 0) {
                    matmul(references(gradScores), false, at(kRef, n, h), false, scale, 1, gq);
                    matmul(references(gradScores), true, qh, false, scale, 0, at(gradKRef, n, h));
                }
            }
        }
    }

    /** Fills the probabilities [Tq, own + reference] of one head. */
    private void attend(long n, int h) {
        INDArray qh = at(q, n, h);
        matmul(qh, false, at(k, n, h), true, scale, 0, owns(probabilities));
        if (reference > 0) {
            matmul(qh, false, at(kRef, n, h), true, scale, 0, references(probabilities));
        }
        Operations.softmax(probabilities, probabilities);
    }

    private INDArray owns(INDArray scores) {
        return columns(scores, 0, own);
    }

    private INDArray references(INDArray scores) {
        return columns(scores, own, reference);
    }

    /** Tokens of one sample and head, [T, C / heads]. */
    private INDArray at(INDArray a, long n, int h) {
        return columns(a.slice(n), h * head, head);
    }
}
