/** A structure database in a SolrCloud collection, for what outgrows one machine. */
package org.ragdiff.solr;
