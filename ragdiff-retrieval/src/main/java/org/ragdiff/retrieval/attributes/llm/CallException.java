package org.ragdiff.retrieval.attributes.llm;

import java.time.Duration;
import java.util.Optional;

/**
 * Why a request came to nothing. Neither message nor cause holds what the server sent or was sent: a server may
 * repeat the key.
 */
final class CallException extends RuntimeException {
    private final boolean retryable;
    private final transient Optional<Duration> retryAfter;

    private CallException(String message, boolean retryable, Optional<Duration> retryAfter) {
        super(message);
        this.retryable = retryable;
        this.retryAfter = retryAfter;
    }

    /** Another status than 200 to 299; 408, 425, 429 and 5xx pass with time. */
    static CallException status(int status, Optional<Duration> retryAfter) {
        boolean passes = status == 408 || status == 425 || status == 429 || status >= 500;
        return new CallException("the server answered with HTTP status " + status, passes, retryAfter);
    }

    static CallException timeout(Duration timeout) {
        return new CallException("no answer within " + timeout.toMillis() + " ms", true, Optional.empty());
    }

    static CallException unreachable(Throwable reason) {
        return new CallException(
                "the connection failed (" + reason.getClass().getSimpleName() + ")", true, Optional.empty());
    }

    /** The request succeeded, its answer is of no use; asking again would give the same. */
    static CallException badAnswer(String why) {
        return new CallException(why, false, Optional.empty());
    }

    boolean retryable() {
        return retryable;
    }

    Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
