package org.limelm.train.cli;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.zip.ZipFile;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.models.LanguageModels;
import org.limelm.core.LimeException;
import org.limelm.core.io.IoErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lime annotator import}. */
@Command(
        name = "import",
        description = {
            "Makes a model folder from OpenNLP's models for another language.",
            "They are jars on Maven Central: org.apache.opennlp:opennlp-models-sentdetect-de,"
                    + " opennlp-models-tokenizer-de and opennlp-models-pos-de for German. They tag"
                    + " universal parts of speech in mode full."
        },
        footer = {
            "",
            "Examples:",
            "  lime annotator import --language de --out models-de opennlp-models-*-de-1.3.0.jar",
            "  lime annotate german.jsonl --models models-de --metadata 'pos(tags=upos)' \\",
            "      --annotation full --tokenizer tokenizer.json --out shards"
        })
final class AnnotatorImportCommand implements Callable<Integer> {
    @Option(
            names = "--language",
            required = true,
            paramLabel = "CODE",
            description = "Code of the language, such as de.")
    private String language = "";

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FOLDER",
            description = "Model folder to write.")
    private Path out = Path.of("models");

    @Parameters(
            arity = "0..*",
            paramLabel = "JAR",
            description = "Jars of the models (default: those on the class path).")
    private List<Path> jars = List.of();

    @Override
    public Integer call() {
        if (jars.isEmpty()) {
            LanguageModels.copy(language, AnnotatorImportCommand.class.getClassLoader(), out);
        } else {
            try (URLClassLoader loader = new URLClassLoader(urls(), null)) {
                LanguageModels.copy(language, loader, out);
            } catch (IOException e) {
                throw new LimeException("[annotator import] " + e.getMessage(), e);
            }
        }
        AnnotatorOptions options =
                new AnnotatorOptions(Optional.of(PosTagset.UPOS), Optional.empty());
        List<String> tags = Annotators.load(out, options).tagSets().pos();
        System.out.println("Wrote " + out + ": parts of speech " + String.join(" ", tags));
        return 0;
    }

    private URL[] urls() {
        URL[] urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) {
            Path jar = jars.get(i);
            if (!Files.isRegularFile(jar)) {
                throw new LimeException("[" + jar + "] no such file, expected a jar of a model");
            }
            try {
                new ZipFile(jar.toFile()).close(); // a class loader passes over damaged jars
                urls[i] = jar.toUri().toURL();
            } catch (IOException e) {
                throw IoErrors.cannotRead(jar, e);
            }
        }
        return urls;
    }
}
