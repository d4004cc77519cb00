package org.ragdiff.bench.retrieval;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.ragdiff.bench.PeerAgreement;

/** Each row but the largest: ours and libtorch's results are the same. */
class RetrievalCasesTest {
    @TestFactory
    List<DynamicTest> resultsAreThePeers() {
        return RetrievalCases.list().stream()
                .filter(s -> !s.params().startsWith("100000"))
                .map(s -> DynamicTest.dynamicTest(
                        s.id(), () -> PeerAgreement.check(s.open().get())))
                .toList();
    }
}
