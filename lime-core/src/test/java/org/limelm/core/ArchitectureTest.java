package org.limelm.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(
        packages = "org.limelm.core",
        importOptions = {ImportOption.DoNotIncludeTests.class, ImportOption.DoNotIncludeJars.class})
class ArchitectureTest {
    @ArchTest
    static final ArchRule LAYERS_KNOW_ONLY_THOSE_BELOW =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("io")
                    .definedBy("org.limelm.core.io..")
                    .layer("internal")
                    .definedBy("org.limelm.core.internal..")
                    .layer("random")
                    .definedBy("org.limelm.core.random..")
                    .layer("text")
                    .definedBy("org.limelm.core.text..")
                    .layer("metadata")
                    .definedBy("org.limelm.core.metadata..")
                    .layer("config")
                    .definedBy("org.limelm.core.config..")
                    .layer("corpus")
                    .definedBy("org.limelm.core.corpus..")
                    .layer("tensorfile")
                    .definedBy("org.limelm.core.tensorfile..")
                    .layer("shard")
                    .definedBy("org.limelm.core.shard..")
                    .whereLayer("io")
                    .mayNotAccessAnyLayer()
                    .whereLayer("internal")
                    .mayOnlyAccessLayers("io")
                    .whereLayer("random")
                    .mayNotAccessAnyLayer()
                    .whereLayer("text")
                    .mayNotAccessAnyLayer()
                    .whereLayer("metadata")
                    .mayOnlyAccessLayers("io")
                    .whereLayer("config")
                    .mayOnlyAccessLayers("io")
                    .whereLayer("tensorfile")
                    .mayOnlyAccessLayers("io")
                    .whereLayer("corpus")
                    .mayOnlyAccessLayers("io", "config", "text", "internal")
                    .whereLayer("shard")
                    .mayOnlyAccessLayers("io", "text", "metadata", "tensorfile");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("org.limelm.core.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule OTHER_MODULES_ARE_UNKNOWN =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.limelm.annotate..", "org.limelm.model..", "org.limelm.train..");

    @ArchTest
    static final ArchRule NO_STATIC_STATE = fields().that().areStatic().should().beFinal();

    @ArchTest
    static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED =
            classes().should(resideInANullMarkedPackage());

    private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
        return new ArchCondition<>("reside in a @NullMarked package") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(
                        new SimpleConditionEvent(
                                type, marked, type.getPackageName() + " of " + type.getName()));
            }
        };
    }
}
