package org.ragdiff.retrieval.attributes.llm;

/** The key of a chat server. Its text leaves this class only in the header of a request. Immutable. */
public final class ApiKey {
    /** For servers that ask for none. */
    public static final ApiKey NONE = new ApiKey(null);

    private static final int LONGEST = 4096;

    private final String text;

    private ApiKey(String text) {
        this.text = text;
    }

    /**
     * @param text null or blank for none; blanks around it are dropped
     * @throws IllegalArgumentException if it cannot stand in a header; the message does not repeat it
     */
    public static ApiKey of(String text) {
        if (text == null || text.isBlank()) {
            return NONE;
        }
        String trimmed = text.strip();
        if (trimmed.length() > LONGEST || !trimmed.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException("the key of the language model has " + trimmed.length()
                    + " characters, expected at most " + LONGEST + " printable ASCII characters without blanks");
        }
        return new ApiKey(trimmed);
    }

    public boolean isPresent() {
        return text != null;
    }

    /** The text itself, or null. */
    String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return text == null ? "ApiKey[none]" : "ApiKey[hidden]";
    }
}
