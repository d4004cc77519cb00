package org.ragdiff.solr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.solr.client.solrj.response.QueryResponse;
import org.apache.solr.common.SolrDocumentList;
import org.apache.solr.common.util.NamedList;
import org.junit.jupiter.api.Test;

class WholeAnswersTest {
    private static QueryResponse answer(boolean inPart, boolean documents) {
        NamedList<Object> header = new NamedList<>();
        if (inPart) {
            header.add("partialResults", true);
        }
        NamedList<Object> all = new NamedList<>();
        all.add("responseHeader", header);
        if (documents) {
            all.add("response", new SolrDocumentList());
        }
        QueryResponse out = new QueryResponse();
        out.setResponse(all);
        return out;
    }

    private static QueryResponse after(AtomicInteger asked, int broken, QueryResponse first) {
        QueryResponse whole = answer(false, true);
        QueryResponse got = WholeAnswers.of(() -> asked.incrementAndGet() <= broken ? first : whole);
        assertThat(got == whole).isEqualTo(broken < WholeAnswers.ATTEMPTS);
        return got;
    }

    @Test
    void aWholeAnswerIsAskedForOnce() {
        AtomicInteger asked = new AtomicInteger();
        after(asked, 0, null);
        assertThat(asked).hasValue(1);
    }

    @Test
    void brokenAnswersAreAskedForAgain() {
        for (QueryResponse broken : new QueryResponse[] {answer(false, false), answer(true, true)}) {
            AtomicInteger asked = new AtomicInteger();
            after(asked, 2, broken);
            assertThat(asked).hasValue(3);
        }
    }

    @Test
    void whatStaysBrokenComesBackAsItIs() {
        AtomicInteger asked = new AtomicInteger();
        QueryResponse broken = answer(true, true);
        assertThat(after(asked, Integer.MAX_VALUE, broken)).isSameAs(broken);
        assertThat(asked).hasValue(WholeAnswers.ATTEMPTS);
    }

    @Test
    void anInterruptedThreadDoesNotWait() {
        AtomicInteger asked = new AtomicInteger();
        Thread.currentThread().interrupt();
        WholeAnswers.of(() -> {
            asked.incrementAndGet();
            return answer(false, false);
        });
        assertThat(Thread.interrupted()).isTrue();
        assertThat(asked).hasValue(1);
    }
}
