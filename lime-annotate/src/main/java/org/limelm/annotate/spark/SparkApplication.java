package org.limelm.annotate.spark;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.limelm.annotate.pipeline.AnnotateJob;
import org.limelm.annotate.pipeline.AnnotateProgress;
import org.limelm.annotate.pipeline.AnnotateReport;
import org.limelm.core.LimeException;

/**
 * A Spark application of one annotation, for programs that {@code spark-submit} starts: master and
 * all other settings are Spark's own.
 */
public final class SparkApplication {
    private static final String JARS = "spark.jars";

    private SparkApplication() {}

    /**
     * Runs a job as {@link SparkAnnotation#run} does, in an application that ends with it. LIME and
     * its libraries are sent to the executors if they are jars in one folder, without those of
     * PyTorch.
     *
     * @param unitsAtATime units that are annotated at a time; 0 = two per core of the cluster
     * @throws LimeException as of {@link SparkAnnotation#run}, or if Spark is not on the class path
     */
    public static AnnotateReport annotate(
            AnnotateJob job,
            int unitsAtATime,
            AnnotatorSource annotators,
            Consumer<AnnotateProgress> listener) {
        requireSpark();
        try (JavaSparkContext spark = new JavaSparkContext(configuration())) {
            int units = unitsAtATime == 0 ? SparkAnnotation.unitsAtATime(spark) : unitsAtATime;
            return SparkAnnotation.run(job.withThreads(units), annotators, spark, listener);
        }
    }

    private static void requireSpark() {
        try {
            Class.forName(
                    "org.apache.spark.SparkContext",
                    false,
                    Thread.currentThread().getContextClassLoader());
        } catch (ClassNotFoundException e) {
            throw new LimeException(
                    "[spark] Apache Spark is not on the class path. Hint: set SPARK_HOME to a"
                            + " distribution of Spark 4.1, or start LIME with spark-submit",
                    e);
        }
    }

    private static SparkConf configuration() {
        SparkConf settings = new SparkConf();
        settings.setIfMissing("spark.master", "local[*]");
        settings.setIfMissing("spark.app.name", "lime annotate");
        settings.setIfMissing("spark.log.level", "WARN");
        settings.setIfMissing("spark.ui.showConsoleProgress", "false"); // the listener shows it
        Set<String> jars = new LinkedHashSet<>();
        Arrays.stream(settings.get(JARS, "").split(","))
                .filter(jar -> !jar.isEmpty())
                .forEach(jars::add);
        libraries().map(Path::toUri).map(Object::toString).forEach(jars::add);
        return settings.set(JARS, String.join(",", jars));
    }

    /** Returns the jars beside this one; none if these are folders of classes. */
    private static Stream<Path> libraries() {
        CodeSource source = SparkApplication.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            return Stream.empty();
        }
        try {
            Path jar = Path.of(source.getLocation().toURI());
            if (!Files.isRegularFile(jar)) {
                return Stream.empty();
            }
            Set<Path> jars = new LinkedHashSet<>();
            try (DirectoryStream<Path> siblings =
                    Files.newDirectoryStream(jar.resolveSibling(""), "*.jar")) {
                siblings.forEach(jars::add);
            }
            return jars.stream()
                    .filter(sibling -> !sibling.getFileName().toString().startsWith("pytorch-"))
                    .sorted();
        } catch (URISyntaxException | IOException e) {
            throw new LimeException("[spark] the folder of LIME's jars cannot be read: " + e, e);
        }
    }
}
