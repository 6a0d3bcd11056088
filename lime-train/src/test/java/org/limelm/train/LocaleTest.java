package org.limelm.train;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.text.NumberFormat;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Machine-readable output must not depend on the default locale, in any module: with an Arabic
 * locale, {@code "%d"} gives other digits; with a Turkish one, {@code toLowerCase} other letters.
 */
@AnalyzeClasses(packages = "org.limelm", importOptions = ImportOption.DoNotIncludeTests.class)
class LocaleTest {
    /** Methods that use the default locale if none is given. */
    private static final Map<Class<?>, Set<String>> LOCALIZED =
            Map.of(
                    String.class, Set.of("format", "formatted", "toLowerCase", "toUpperCase"),
                    PrintStream.class, Set.of("printf", "format"),
                    PrintWriter.class, Set.of("printf", "format"),
                    DateTimeFormatter.class, Set.of("ofPattern"),
                    NumberFormat.class,
                            Set.of("getInstance", "getNumberInstance", "getIntegerInstance"));

    /** Methods allowed in exception messages, which only people read. */
    private static final Set<String> ALLOWED_IN_MESSAGES = Set.of("format", "formatted");

    @ArchTest
    static final ArchRule MACHINE_READABLE_OUTPUT_DOES_NOT_USE_THE_DEFAULT_LOCALE =
            classes().should(specifyALocaleOutsideExceptions());

    private static ArchCondition<JavaClass> specifyALocaleOutsideExceptions() {
        return new ArchCondition<>("specify a locale when formatting, except in exceptions") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaMethodCall call : type.getMethodCallsFromSelf()) {
                    if (usesDefaultLocale(call.getTarget())
                            && !(ALLOWED_IN_MESSAGES.contains(call.getName())
                                    && createsException(call.getOrigin()))) {
                        events.add(SimpleConditionEvent.violated(call, call.getDescription()));
                    }
                }
            }
        };
    }

    private static boolean usesDefaultLocale(CodeUnitCallTarget target) {
        List<JavaClass> parameters = target.getRawParameterTypes();
        return LOCALIZED.entrySet().stream()
                        .anyMatch(
                                entry ->
                                        target.getOwner().isEquivalentTo(entry.getKey())
                                                && entry.getValue().contains(target.getName()))
                && parameters.stream().noneMatch(type -> type.isEquivalentTo(Locale.class));
    }

    private static boolean createsException(JavaCodeUnit origin) {
        return origin.getRawReturnType().isAssignableTo(Throwable.class)
                || origin.getConstructorCallsFromSelf().stream()
                        .anyMatch(call -> call.getTargetOwner().isAssignableTo(Throwable.class));
    }
}
