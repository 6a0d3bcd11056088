package org.limelm.model;

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
        packages = {"org.limelm.model", "ai.djl.pytorch.jni"},
        importOptions = {ImportOption.DoNotIncludeTests.class, ImportOption.DoNotIncludeJars.class})
class ArchitectureTest {
    @ArchTest
    static final ArchRule LAYERS_DEPEND_ONLY_ON_LOWER_LAYERS =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("torch")
                    .definedBy("org.limelm.model.internal.torch..")
                    .layer("device")
                    .definedBy("org.limelm.model.device..")
                    .layer("embedding")
                    .definedBy("org.limelm.model.embedding..")
                    .layer("decoder")
                    .definedBy("org.limelm.model.decoder..")
                    .layer("weights")
                    .definedBy("org.limelm.model.weights..")
                    .layer("huggingface")
                    .definedBy("org.limelm.model.huggingface..")
                    .layer("generate")
                    .definedBy("org.limelm.model.generate..")
                    .whereLayer("torch")
                    .mayNotAccessAnyLayer()
                    .whereLayer("device")
                    .mayOnlyAccessLayers("torch")
                    .whereLayer("embedding")
                    .mayOnlyBeAccessedByLayers("decoder")
                    .whereLayer("decoder")
                    .mayOnlyBeAccessedByLayers("weights", "huggingface", "generate")
                    .whereLayer("weights")
                    .mayOnlyBeAccessedByLayers("huggingface")
                    .whereLayer("huggingface")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("generate")
                    .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule NO_DEPENDENCY_ON_HIGHER_MODULES =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.limelm.annotate..", "org.limelm.train..");

    @ArchTest
    static final ArchRule ONLY_THE_BRIDGE_USES_ENGINE_INTERNALS =
            noClasses()
                    .that()
                    .resideInAPackage("org.limelm..")
                    .and()
                    .resideOutsideOfPackages(
                            "org.limelm.model.internal.torch..", "org.limelm.model.device..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("ai.djl.pytorch..");

    @ArchTest
    static final ArchRule NO_MUTABLE_STATIC_STATE =
            fields().that().areStatic().should().beFinal().allowEmptyShould(true);

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("org.limelm.model.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED =
            classes().that().resideInAPackage("org.limelm..").should(resideInANullMarkedPackage());

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
