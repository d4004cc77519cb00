/** A trained model on disk: its files, its parts opened together, databases for it. */
package org.ragdiff.cli.model;
