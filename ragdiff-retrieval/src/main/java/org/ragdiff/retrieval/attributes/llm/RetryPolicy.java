package org.ragdiff.retrieval.attributes.llm;

import java.time.Duration;
import java.util.Optional;

/**
 * When a failed request is sent again: exponential back-off with equal jitter, never before the server's
 * Retry-After (RFC 9110, section 10.2.3).
 *
 * @param attempts requests in all, 1 to 10
 * @param first back-off after the first failure, above zero; doubled after each further one
 * @param longest most that is waited between two requests, at least {@code first}
 */
public record RetryPolicy(int attempts, Duration first, Duration longest) {
    public RetryPolicy {
        if (attempts < 1 || attempts > 10) {
            throw new IllegalArgumentException("attempts must be in [1, 10], got " + attempts);
        }
        if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "back-off must begin above zero and not exceed the longest, got " + first + " and " + longest);
        }
    }

    /** Four attempts, from 1 s to at most 30 s apart. */
    public static RetryPolicy defaults() {
        return new RetryPolicy(4, Duration.ofSeconds(1), Duration.ofSeconds(30));
    }

    /**
     * How long to wait before the next request.
     *
     * @param failures so far, at least 1
     * @param retryAfter what the server asked for
     * @param jitter uniform in [0, 1)
     * @return empty if no further request is to be sent: all were, or the server asks for more than the longest
     */
    Optional<Duration> delay(int failures, Optional<Duration> retryAfter, double jitter) {
        if (failures >= attempts
                || retryAfter.filter(r -> r.compareTo(longest) > 0).isPresent()) {
            return Optional.empty();
        }
        Duration whole = first.multipliedBy(1L << (failures - 1));
        if (whole.compareTo(longest) > 0) {
            whole = longest;
        }
        Duration half = whole.dividedBy(2);
        Duration wait = half.plusNanos((long) (jitter * half.toNanos()));
        return Optional.of(retryAfter.filter(r -> r.compareTo(wait) > 0).orElse(wait));
    }
}
