package org.limelm.annotate;

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
        packages = "org.limelm.annotate",
        importOptions = {ImportOption.DoNotIncludeTests.class, ImportOption.DoNotIncludeJars.class})
class ArchitectureTest {
    private static final String ROOT = "org.limelm.annotate.";

    @ArchTest
    static final ArchRule LAYERS_KNOW_ONLY_THOSE_BELOW =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("annotator")
                    .definedBy(ROOT + "annotator..")
                    .layer("classifier")
                    .definedBy(ROOT + "internal.classifier..")
                    .layer("cache")
                    .definedBy(ROOT + "internal.cache..")
                    .layer("words")
                    .definedBy(ROOT + "internal.words..")
                    .layer("full")
                    .definedBy(ROOT + "full..")
                    .layer("opennlp")
                    .definedBy(ROOT + "opennlp..")
                    .layer("causal")
                    .definedBy(ROOT + "causal..")
                    .layer("models")
                    .definedBy(ROOT + "models..")
                    .layer("feature")
                    .definedBy(ROOT + "feature..")
                    .layer("subword")
                    .definedBy(ROOT + "subword..")
                    .layer("treebank")
                    .definedBy(ROOT + "treebank..")
                    .layer("training")
                    .definedBy(ROOT + "training..")
                    .layer("evaluation")
                    .definedBy(ROOT + "evaluation..")
                    .layer("align")
                    .definedBy(ROOT + "align..")
                    .layer("pipeline")
                    .definedBy(ROOT + "pipeline..")
                    .layer("spark")
                    .definedBy(ROOT + "spark..")
                    .whereLayer("annotator")
                    .mayNotAccessAnyLayer()
                    .whereLayer("classifier")
                    .mayNotAccessAnyLayer()
                    .whereLayer("cache")
                    .mayNotAccessAnyLayer()
                    .whereLayer("words")
                    .mayOnlyAccessLayers("classifier", "cache")
                    .whereLayer("full")
                    .mayOnlyAccessLayers("annotator", "classifier", "cache", "words")
                    .whereLayer("opennlp")
                    .mayOnlyAccessLayers("full")
                    .whereLayer("causal")
                    .mayOnlyAccessLayers("annotator", "classifier", "words")
                    .whereLayer("models")
                    .mayOnlyAccessLayers(
                            "annotator", "classifier", "words", "full", "opennlp", "causal")
                    .whereLayer("feature")
                    .mayOnlyAccessLayers("annotator", "causal", "models")
                    .whereLayer("subword")
                    .mayOnlyAccessLayers("cache")
                    .whereLayer("treebank")
                    .mayNotAccessAnyLayer()
                    .whereLayer("training")
                    .mayOnlyAccessLayers(
                            "annotator", "classifier", "words", "causal", "models", "treebank")
                    .whereLayer("evaluation")
                    .mayOnlyAccessLayers("annotator", "models", "treebank")
                    .whereLayer("align")
                    .mayOnlyAccessLayers("annotator", "subword")
                    .whereLayer("pipeline")
                    .mayOnlyAccessLayers("annotator", "models", "feature", "subword", "align")
                    .whereLayer("spark")
                    .mayOnlyAccessLayers("models", "feature", "pipeline");

    @ArchTest
    static final ArchRule SUBWORDS_KNOW_NOTHING_OF_LANGUAGE =
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + "subword..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            ROOT + "annotator..",
                            ROOT + "full..",
                            ROOT + "opennlp..",
                            ROOT + "causal..",
                            ROOT + "models..",
                            "opennlp..");

    @ArchTest
    static final ArchRule LINGUISTS_KNOW_NOTHING_OF_SUBWORDS =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            ROOT + "annotator..",
                            ROOT + "full..",
                            ROOT + "opennlp..",
                            ROOT + "causal..",
                            ROOT + "models..",
                            ROOT + "feature..",
                            ROOT + "treebank..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(ROOT + "subword..", ROOT + "align..", "ai.djl..");

    @ArchTest
    static final ArchRule MODELS_OF_LANGUAGE_AND_THEIR_TRAINING_ARE_UNKNOWN =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.limelm.model..", "org.limelm.train..");

    @ArchTest
    static final ArchRule SPARK_IS_OPTIONAL =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(ROOT + "spark..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.apache.spark..", "scala..", ROOT + "spark..");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("org.limelm.annotate.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_STATIC_STATE =
            fields().that().areStatic().should().beFinal().allowEmptyShould(true);

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
