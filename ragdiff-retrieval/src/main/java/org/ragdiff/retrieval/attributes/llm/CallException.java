package org.ragdiff.retrieval.attributes.llm;

import java.time.Duration;
import java.util.Optional;

/**
 * Why a request came to nothing. Neither message nor cause holds what the server sent or was sent: a server may
 * repeat the key.
 */
final class CallException extends RuntimeException {
    private final boolean retryable;
    private final boolean outage;
    private final transient Optional<Duration> retryAfter;

    private CallException(String message, boolean retryable, boolean outage, Optional<Duration> retryAfter) {
        super(message);
        this.retryable = retryable;
        this.outage = outage;
        this.retryAfter = retryAfter;
    }

    /** Another status than 200 to 299; 408, 425, 429 and 5xx pass with time. */
    static CallException status(int status, Optional<Duration> retryAfter) {
        boolean passes = status == 408 || status == 425 || status == 429 || status >= 500;
        // A wrong key, address or model fails every photo alike.
        boolean outage = passes || status == 401 || status == 403 || status == 404;
        return new CallException("the server answered with HTTP status " + status, passes, outage, retryAfter);
    }

    static CallException timeout(Duration timeout) {
        return new CallException("no answer within " + timeout.toMillis() + " ms", true, true, Optional.empty());
    }

    static CallException unreachable(Throwable reason) {
        return new CallException(
                "the connection failed (" + reason.getClass().getSimpleName() + ")", true, true, Optional.empty());
    }

    /** The request succeeded, its answer is of no use; asking again would give the same. */
    static CallException badAnswer(String why) {
        return new CallException(why, false, false, Optional.empty());
    }

    boolean retryable() {
        return retryable;
    }

    /** Whether it has to do with the server, not with the photo. */
    boolean outage() {
        return outage;
    }

    Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
