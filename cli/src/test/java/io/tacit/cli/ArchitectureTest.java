package io.tacit.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the architecture that a compiler does not check; all modules are on this module's class path. */
class ArchitectureTest {
    /** What each module's packages may import of Tacit: kernel at the bottom, cli at the top. */
    private static final Map<String, List<String>> MAY_USE = Map.of(
            "kernel", List.of(),
            "crypto", List.of("kernel"),
            "model", List.of("kernel"),
            "protocol", List.of("kernel", "crypto", "model"),
            "client", List.of("kernel", "crypto", "model", "protocol"),
            "server", List.of("kernel", "crypto", "model", "protocol", "client"),
            "bench", List.of("kernel", "crypto", "model", "protocol", "client", "server"),
            "cli", List.of("kernel", "crypto", "model", "protocol", "client", "server", "bench"));

    private static final List<String> PROTOCOLS = List.of("outsourced", "securenets", "popcorn", "privdnn", "seco");

    private static JavaClasses classes = new ClassFileImporter().importPackages();

    @BeforeAll
    static void importAll() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.tacit");
        // A rule over an empty set would pass whatever it says.
        for (String module : MAY_USE.keySet()) {
            Assertions.assertThat(classes.stream().map(JavaClass::getPackageName))
                    .as("classes of module %s", module)
                    .anyMatch(name -> name.startsWith("io.tacit." + module));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "crypto", "model", "protocol", "client", "server", "bench", "cli"})
    void importsFollowTheArrows(String module) {
        String[] forbidden = MAY_USE.keySet().stream()
                .filter(other -> !other.equals(module)
                        && !MAY_USE.getOrDefault(module, List.of()).contains(other))
                .map(other -> "io.tacit." + other + "..")
                .toArray(String[]::new);
        if (forbidden.length > 0) {
            check(noClasses()
                    .that()
                    .resideInAPackage("io.tacit." + module + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(forbidden));
        }
    }

    @Test
    void noProtocolImportsAnother() {
        for (String protocol : PROTOCOLS) {
            String[] others = PROTOCOLS.stream()
                    .filter(other -> !other.equals(protocol))
                    .map(other -> "io.tacit.protocol." + other + "..")
                    .toArray(String[]::new);
            check(noClasses()
                    .that()
                    .resideInAPackage("io.tacit.protocol." + protocol + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .allowEmptyShould(true));
        }
    }

    @Test
    void socketsStayOutsideThePureModules() {
        check(pureClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "javax.net..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.nio\\.channels\\.(.*Socket.*|Selector|Datagram.*)")
                .because("roles talk through Channel only"));
    }

    @Test
    void clocksStayOutsideThePureModules() {
        check(pureClasses().should().callMethod(System.class, "currentTimeMillis"));
        check(pureClasses().should().callMethod(System.class, "nanoTime"));
        check(pureClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.time\\.(.*Clock|Instant|.*Date.*|.*Time)"));
    }

    @Test
    void filesStayOutsideThePureModules() {
        check(noClasses()
                .that()
                .resideInAnyPackage("io.tacit.kernel..", "io.tacit.crypto..", "io.tacit.protocol..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.nio.file.Files")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.File"));
    }

    @Test
    void predictableRandomnessIsNowhere() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                .orShould()
                .callMethod(Math.class, "random"));
    }

    @Test
    void seededGeneratorsMakeInputsOfMeasurementsOnly() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("io.tacit.bench..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.SplittableRandom"));
    }

    @Test
    void parallelismIsHandedIn() {
        check(noClasses()
                .that()
                .resideInAnyPackage("io.tacit.kernel..", "io.tacit.crypto..", "io.tacit.model..", "io.tacit.protocol..")
                .should()
                .callConstructor(Thread.class, Runnable.class)
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.Executors")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.ForkJoinPool"));
    }

    private static com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction pureClasses() {
        return noClasses()
                .that()
                .resideInAnyPackage(
                        "io.tacit.kernel..", "io.tacit.crypto..", "io.tacit.model..", "io.tacit.protocol..");
    }

    private static void check(ArchRule rule) {
        rule.check(classes);
    }
}
