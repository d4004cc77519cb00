package org.ragdiff.core.train;

/** A run that cannot go on, such as after a loss that is not finite. */
public final class TrainingFailedException extends RuntimeException {
    public TrainingFailedException(String message) {
        super(message);
    }
}
