package org.ragdiff.solr;

import java.util.function.Supplier;
import org.apache.solr.client.solrj.response.QueryResponse;

/**
 * Asks until an answer is whole. A node that stops while it works on a request may leave out a shard, or the list of
 * documents altogether; the next request goes to another replica as soon as the node is known to be gone. Stateless.
 */
final class WholeAnswers {
    /** With the pauses between them three and a half seconds. */
    static final int ATTEMPTS = 8;

    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 1000;

    private WholeAnswers() {}

    /** @return the first answer that is whole; if none of {@value #ATTEMPTS} is, or the thread is interrupted, the last */
    static QueryResponse of(Supplier<QueryResponse> request) {
        QueryResponse answer = request.get();
        long pause = FIRST_PAUSE_MILLIS;
        for (int i = 1; i < ATTEMPTS && !whole(answer); i++) {
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return answer;
            }
            pause = Math.min(LONGEST_PAUSE_MILLIS, 2 * pause);
            answer = request.get();
        }
        return answer;
    }

    static boolean whole(QueryResponse answer) {
        return !inPart(answer) && answer.getResults() != null;
    }

    /** Whether shards are left out. */
    static boolean inPart(QueryResponse answer) {
        return answer.getHeader() != null
                && Boolean.TRUE.equals(answer.getHeader().get("partialResults"));
    }
}
