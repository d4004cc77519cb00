package org.ragdiff.retrieval.attributes.llm;

/**
 * What a server charges, in any currency.
 *
 * @param inputPerMillion price of a million tokens sent, finite, not negative
 * @param outputPerMillion price of a million tokens received, finite, not negative
 */
public record TokenPrices(double inputPerMillion, double outputPerMillion) {
    /** A server of one's own. */
    public static final TokenPrices FREE = new TokenPrices(0, 0);

    public TokenPrices {
        if (!(inputPerMillion >= 0 && outputPerMillion >= 0 && inputPerMillion + outputPerMillion < 1e12)) {
            throw new IllegalArgumentException("prices of a million tokens must be finite and not negative, got "
                    + inputPerMillion + " and " + outputPerMillion);
        }
    }

    /** Price of as many tokens. */
    public double cost(long inputTokens, long outputTokens) {
        return (inputPerMillion * inputTokens + outputPerMillion * outputTokens) / 1e6;
    }
}
