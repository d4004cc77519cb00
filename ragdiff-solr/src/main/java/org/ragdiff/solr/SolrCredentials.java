package org.ragdiff.solr;

import java.util.Map;
import java.util.Optional;

/** Name and password for Solr's basic authentication, from the environment; never printed. Immutable. */
final class SolrCredentials {
    static final String USER = "RAGDIFF_SOLR_USER";
    static final String PASSWORD = "RAGDIFF_SOLR_PASSWORD";

    private final String user;
    private final String password;

    private SolrCredentials(String user, String password) {
        this.user = user;
        this.password = password;
    }

    /**
     * @return empty if neither variable is set
     * @throws IllegalArgumentException if only one is
     */
    static Optional<SolrCredentials> from(Map<String, String> environment) {
        String user = environment.getOrDefault(USER, "");
        String password = environment.getOrDefault(PASSWORD, "");
        if (user.isEmpty() && password.isEmpty()) {
            return Optional.empty();
        }
        if (user.isEmpty() || password.isEmpty()) {
            throw new IllegalArgumentException("only one of " + USER + " and " + PASSWORD
                    + " is set: set both for Solr with basic authentication, or none");
        }
        return Optional.of(new SolrCredentials(user, password));
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    @Override
    public String toString() {
        return "credentials of " + USER;
    }
}
