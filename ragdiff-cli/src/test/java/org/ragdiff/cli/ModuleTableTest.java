package org.ragdiff.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Which module may know which: slle, retrieval, diffusion, eval and data know only core, core knows none.
 * That is what makes an ablation a change of one line.
 */
class ModuleTableTest {
    private static final Map<String, Set<String>> MAY_DEPEND_ON = Map.of(
            "core", Set.of(),
            "cuda", Set.of("core"),
            "data", Set.of("core"),
            "retrieval", Set.of("core"),
            "solr", Set.of("core"),
            "slle", Set.of("core"),
            "diffusion", Set.of("core"),
            "eval", Set.of("core"));

    private static final Set<String> MODULES =
            Set.of("core", "cuda", "data", "retrieval", "solr", "slle", "diffusion", "eval", "cli", "bench");

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("org.ragdiff");
    }

    @ParameterizedTest
    @ValueSource(strings = {"core", "cuda", "data", "retrieval", "solr", "slle", "diffusion", "eval"})
    void aModuleKnowsOnlyWhatItMay(String module) {
        Set<String> others = new LinkedHashSet<>(MODULES);
        others.remove(module);
        others.removeAll(MAY_DEPEND_ON.get(module));
        noClasses()
                .that()
                .resideInAPackage("org.ragdiff." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        others.stream().map(o -> "org.ragdiff." + o + "..").toArray(String[]::new))
                .check(classes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"core", "cuda", "data", "retrieval", "solr", "slle", "diffusion", "eval"})
    void librariesNeverPrint(String module) {
        noClasses()
                .that()
                .resideInAPackage("org.ragdiff." + module + "..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(classes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"core", "cuda", "retrieval", "solr", "slle", "diffusion", "eval"})
    void onlyDataUsesOpenCv(String module) {
        noClasses()
                .that()
                .resideInAPackage("org.ragdiff." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco.opencv..")
                .check(classes);
    }

    /** A provider may hold newer values on a device; these methods of ND4J would not see them. */
    @Test
    void whatIsTrainedReadsAndWritesArraysThroughHostArrays() {
        Set<String> direct = Set.of("getFloat", "getDouble", "putScalar", "assign", "muli", "addi", "subi", "divi");
        noClasses()
                .that()
                .resideInAnyPackage(
                        "org.ragdiff.core.tensor",
                        "org.ragdiff.core.nn..",
                        "org.ragdiff.core.train..",
                        "org.ragdiff.diffusion..",
                        "org.ragdiff.retrieval..")
                .and()
                // They tell HostAccess themselves, or look at what was read before.
                .doNotHaveSimpleName("OperandCheck")
                .and()
                .doNotHaveSimpleName("Checkpoint")
                .and()
                .doNotHaveSimpleName("Module")
                .and()
                .doNotHaveSimpleName("TrainingKernels")
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "elements of an INDArray are touched",
                        call -> direct.contains(call.getTarget().getName())
                                && call.getTarget().getOwner().isEquivalentTo(INDArray.class)))
                .check(classes);
    }

    @Test
    void everyModuleIsInTheTable() {
        Set<String> found = new LinkedHashSet<>();
        classes.forEach(c -> found.add(c.getPackageName().split("\\.")[2]));
        assertThat(MODULES).containsAll(found);
        assertThat(found).containsAll(MAY_DEPEND_ON.keySet()).contains("cli");
    }
}
