package org.ragdiff.retrieval.database;

import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureDatabaseContract;

class ExactDatabaseTest extends StructureDatabaseContract {
    @Override
    protected StructureDatabase empty() {
        return new ExactDatabase(DIMENSION, "encoder-a");
    }
}
