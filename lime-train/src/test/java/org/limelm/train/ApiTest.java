package org.limelm.train;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/java-api.md lists the packages of the API. */
class ApiTest {
    private static final JavaClasses LIME =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("org.limelm");

    @Test
    void everyPublicTypeIsInAListedPackageOrInternal() throws IOException {
        classes()
                .that(arePublicAndNotInternal())
                .should()
                .resideInAnyPackage(listed().toArray(String[]::new))
                .check(LIME);
    }

    @Test
    void everyListedPackageHasPublicTypes() throws IOException {
        Set<String> used =
                LIME.stream()
                        .filter(arePublicAndNotInternal())
                        .map(JavaClass::getPackageName)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed()).isEqualTo(used);
    }

    private static DescribedPredicate<JavaClass> arePublicAndNotInternal() {
        return DescribedPredicate.describe(
                "are public and not internal",
                type ->
                        type.getModifiers().contains(JavaModifier.PUBLIC)
                                && type.isTopLevelClass()
                                && !type.getPackageName().contains(".internal"));
    }

    /** Returns the packages in the table of the document. */
    private static Set<String> listed() throws IOException {
        Set<String> packages = new TreeSet<>();
        Matcher row =
                Pattern.compile("^\\| `(org\\.limelm\\.[a-z.]+)` \\|", Pattern.MULTILINE)
                        .matcher(Files.readString(Path.of("../docs/java-api.md")));
        while (row.find()) {
            packages.add(row.group(1));
        }
        return packages;
    }
}
