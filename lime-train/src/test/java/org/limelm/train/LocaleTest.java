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
 * Nothing that a program may read follows the machine's locale, in any module: with an Arabic one,
 * {@code "%d"} gives other digits, and with a Turkish one {@code toLowerCase} other letters.
 */
@AnalyzeClasses(packages = "org.limelm", importOptions = ImportOption.DoNotIncludeTests.class)
class LocaleTest {
    /** Methods that take the default locale where none is given. */
    private static final Map<Class<?>, Set<String>> LOCALIZED =
            Map.of(
                    String.class, Set.of("format", "formatted", "toLowerCase", "toUpperCase"),
                    PrintStream.class, Set.of("printf", "format"),
                    PrintWriter.class, Set.of("printf", "format"),
                    DateTimeFormatter.class, Set.of("ofPattern"),
                    NumberFormat.class,
                            Set.of("getInstance", "getNumberInstance", "getIntegerInstance"));

    /** What is written into a message may follow the locale: only people read those. */
    private static final Set<String> OF_MESSAGES = Set.of("format", "formatted");

    @ArchTest
    static final ArchRule WHAT_PROGRAMS_READ_IS_FORMATTED_WITHOUT_THE_LOCALE_OF_THE_MACHINE =
            classes().should(nameALocaleOutsideOfExceptions());

    private static ArchCondition<JavaClass> nameALocaleOutsideOfExceptions() {
        return new ArchCondition<>("name a locale wherever it formats, but in exceptions") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaMethodCall call : type.getMethodCallsFromSelf()) {
                    if (followsTheDefault(call.getTarget())
                            && !(OF_MESSAGES.contains(call.getName())
                                    && makesAnException(call.getOrigin()))) {
                        events.add(SimpleConditionEvent.violated(call, call.getDescription()));
                    }
                }
            }
        };
    }

    private static boolean followsTheDefault(CodeUnitCallTarget target) {
        List<JavaClass> parameters = target.getRawParameterTypes();
        return LOCALIZED.entrySet().stream()
                        .anyMatch(
                                entry ->
                                        target.getOwner().isEquivalentTo(entry.getKey())
                                                && entry.getValue().contains(target.getName()))
                && parameters.stream().noneMatch(type -> type.isEquivalentTo(Locale.class));
    }

    private static boolean makesAnException(JavaCodeUnit origin) {
        return origin.getRawReturnType().isAssignableTo(Throwable.class)
                || origin.getConstructorCallsFromSelf().stream()
                        .anyMatch(call -> call.getTargetOwner().isAssignableTo(Throwable.class));
    }
}
