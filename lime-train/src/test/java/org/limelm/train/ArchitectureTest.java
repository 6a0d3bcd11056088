package org.limelm.train;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
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
        packages = "org.limelm.train",
        importOptions = {ImportOption.DoNotIncludeTests.class, ImportOption.DoNotIncludeJars.class})
class ArchitectureTest {
    @ArchTest
    static final ArchRule LAYERS_DEPEND_ONLY_ON_LOWER_LAYERS =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("table")
                    .definedBy("org.limelm.train.internal.table..")
                    .layer("chart")
                    .definedBy("org.limelm.train.internal.chart..")
                    .layer("inspect")
                    .definedBy("org.limelm.train.inspect..")
                    .layer("doctor")
                    .definedBy("org.limelm.train.doctor..")
                    .layer("arm")
                    .definedBy("org.limelm.train.arm..")
                    .layer("measure")
                    .definedBy("org.limelm.train.internal.measure..")
                    .layer("config")
                    .definedBy("org.limelm.train.config..")
                    .layer("prepare")
                    .definedBy("org.limelm.train.prepare..")
                    .layer("data")
                    .definedBy("org.limelm.train.data..")
                    .layer("optim")
                    .definedBy("org.limelm.train.optim..")
                    .layer("plan")
                    .definedBy("org.limelm.train.plan..")
                    .layer("distributed")
                    .definedBy("org.limelm.train.distributed..")
                    .layer("evaluation")
                    .definedBy("org.limelm.train.evaluation..")
                    .layer("score")
                    .definedBy("org.limelm.train.score..")
                    .layer("task")
                    .definedBy("org.limelm.train.task..")
                    .layer("generation")
                    .definedBy("org.limelm.train.generation..")
                    .layer("checkpoint")
                    .definedBy("org.limelm.train.checkpoint..")
                    .layer("record")
                    .definedBy("org.limelm.train.record..")
                    .layer("loop")
                    .definedBy("org.limelm.train.loop..")
                    .layer("compare")
                    .definedBy("org.limelm.train.compare..")
                    .layer("bench")
                    .definedBy("org.limelm.train.bench..")
                    .layer("huggingface")
                    .definedBy("org.limelm.train.huggingface..")
                    .layer("overview")
                    .definedBy("org.limelm.train.overview..")
                    .layer("serve")
                    .definedBy("org.limelm.train.serve..")
                    .layer("cli")
                    .definedBy("org.limelm.train.cli..")
                    .whereLayer("table")
                    .mayNotAccessAnyLayer()
                    .whereLayer("chart")
                    .mayOnlyAccessLayers("table")
                    .whereLayer("inspect")
                    .mayOnlyAccessLayers("table")
                    .whereLayer("doctor")
                    .mayOnlyAccessLayers("distributed")
                    .whereLayer("arm")
                    .mayNotAccessAnyLayer()
                    .whereLayer("measure")
                    .mayNotAccessAnyLayer()
                    .whereLayer("config")
                    .mayOnlyAccessLayers("arm")
                    .whereLayer("prepare")
                    .mayOnlyAccessLayers("arm", "config")
                    .whereLayer("data")
                    .mayOnlyAccessLayers("arm", "config")
                    .whereLayer("distributed")
                    .mayOnlyAccessLayers("arm", "config")
                    .whereLayer("optim")
                    .mayOnlyAccessLayers("arm", "config", "data", "distributed")
                    .whereLayer("plan")
                    .mayOnlyAccessLayers("table", "arm", "config")
                    .whereLayer("generation")
                    .mayOnlyAccessLayers("arm", "config", "prepare", "data")
                    .whereLayer("evaluation")
                    .mayOnlyAccessLayers(
                            "arm", "config", "prepare", "data", "distributed", "generation")
                    .whereLayer("score")
                    .mayOnlyAccessLayers("arm", "data", "generation", "evaluation")
                    .whereLayer("task")
                    .mayOnlyAccessLayers("table", "arm", "generation", "evaluation", "score")
                    .whereLayer("checkpoint")
                    .mayOnlyAccessLayers("arm", "config", "data", "distributed", "optim")
                    .whereLayer("record")
                    .mayOnlyAccessLayers("measure", "config", "optim", "evaluation", "generation")
                    .whereLayer("loop")
                    .mayOnlyAccessLayers(
                            "arm",
                            "measure",
                            "config",
                            "data",
                            "distributed",
                            "optim",
                            "evaluation",
                            "generation",
                            "checkpoint",
                            "record",
                            "plan")
                    .whereLayer("compare")
                    .mayOnlyAccessLayers(
                            "table",
                            "chart",
                            "arm",
                            "config",
                            "checkpoint",
                            "prepare",
                            "generation",
                            "evaluation",
                            "record",
                            "loop")
                    .whereLayer("huggingface")
                    .mayOnlyAccessLayers("arm", "config", "evaluation", "record")
                    .whereLayer("overview")
                    .mayOnlyAccessLayers(
                            "table", "chart", "arm", "config", "checkpoint", "evaluation", "record")
                    .whereLayer("serve")
                    .mayOnlyAccessLayers("arm", "inspect", "evaluation", "generation", "score")
                    .whereLayer("bench")
                    .mayOnlyBeAccessedByLayers("cli")
                    .whereLayer("cli")
                    .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("org.limelm.train.(*)..").should().beFreeOfCycles();

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
