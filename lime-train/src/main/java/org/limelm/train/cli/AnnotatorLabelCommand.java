package org.limelm.train.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.models.TrainedAnnotators;
import org.limelm.annotate.training.TreebankWriter;
import org.limelm.core.corpus.CorpusReader;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.text.Document;
import org.limelm.train.cli.ProgressDisplay.ProgressUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lime annotator label}. */
@Command(
        name = "label",
        description = {
            "Writes texts as a CoNLL-U treebank, tagged by the models of mode full.",
            "The models of mode causal can be trained on it, where there is no treebank made by"
                    + " people; they then also learn its errors."
        },
        footer = {
            "",
            "Examples:",
            "  lime annotator label german.jsonl --models models-de --tags upos --out de.conllu",
            "  lime annotator train --treebank de.conllu --out models-de \\",
            "      --part WORD_CLUSTERS,CAUSAL_BOUNDARIES,CAUSAL_UPOS"
        })
final class AnnotatorLabelCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Texts: files, folders or patterns, as for `lime annotate`.")
    private List<Path> corpus = List.of();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "CoNLL-U file to write; compressed if its name ends in .gz.")
    private Path out = Path.of("labels.conllu");

    @Option(
            names = "--models",
            paramLabel = "FOLDER",
            description = "Model folder instead of the bundled models.")
    private Optional<Path> models = Optional.empty();

    @Option(
            names = "--tags",
            defaultValue = "xpos",
            paramLabel = "SET",
            description = "Parts of speech: xpos or upos (default: ${DEFAULT-VALUE}).")
    private PosTagset tags = PosTagset.XPOS;

    @Mixin private CorpusOptions corpusOptions = new CorpusOptions();

    @Override
    public Integer call() {
        AnnotatorOptions options = new AnnotatorOptions(Optional.of(tags), Optional.empty());
        TrainedAnnotators annotators =
                models.map(folder -> Annotators.load(folder, options))
                        .orElseGet(() -> Annotators.bundled(options));
        long[] counts = new long[2]; // documents, words
        try (CorpusReader reader = CorpusReader.open(corpus, corpusOptions.reader());
                ProgressDisplay display = ProgressDisplay.start("label", ProgressUnit.KIB)) {
            AtomicFile.write(
                    out,
                    stream -> {
                        OutputStream file = gzip() ? new GZIPOutputStream(stream) : stream;
                        BufferedWriter text =
                                new BufferedWriter(
                                        new OutputStreamWriter(file, StandardCharsets.UTF_8));
                        write(reader, annotators, text, counts, display);
                        text.flush();
                        if (file instanceof GZIPOutputStream compressed) {
                            compressed.finish();
                        }
                    });
            System.out.println(
                    "Wrote " + out + ": " + counts[0] + " documents, " + counts[1] + " words");
            if (reader.quarantine().size() > 0) {
                System.out.println("Unusable records: " + reader.quarantine().counts());
            }
            if (!reader.filtered().isEmpty()) {
                System.out.println("Left out by filters: " + reader.filtered());
            }
        }
        return 0;
    }

    private boolean gzip() {
        return out.toString().endsWith(".gz");
    }

    private void write(
            CorpusReader reader,
            TrainedAnnotators annotators,
            Appendable text,
            long[] counts,
            ProgressDisplay display)
            throws IOException {
        TreebankWriter writer =
                new TreebankWriter(
                        annotators.newLinguisticAnnotator(),
                        annotators.schema().feature("pos"),
                        annotators.schema().indexOf("pos"),
                        tags == PosTagset.UPOS,
                        text);
        while (reader.hasNext()) {
            Document document = reader.next();
            counts[0]++;
            counts[1] += writer.write(document.id(), document.text());
            CorpusReader.Progress progress = reader.progress();
            display.update(progress.bytesRead(), progress.totalBytes(), counts[1] + " words");
        }
    }
}
