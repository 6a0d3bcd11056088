package org.limelm.train.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.limelm.core.ConfigException;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.IoErrors;
import org.limelm.train.inspect.ShardExport;
import org.limelm.train.inspect.ShardTexts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lime shards export}. */
@Command(
        name = "export",
        description = {
            "Writes documents with their pieces and tags as JSON lines or CoNLL-U.",
            "CoNLL-U has a line per subword piece, as shards hold pieces, not words."
        },
        footer = {
            "",
            "Example:",
            "  lime shards export shards/causal --format conllu --documents 100 --out slice.conllu"
        })
final class ShardsExportCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FOLDER", description = "Folders of shards.")
    private List<Path> folders = List.of();

    @Mixin private ShardsCommand.Tokenizer tokenizer = new ShardsCommand.Tokenizer();

    @Option(
            names = "--format",
            defaultValue = "jsonl",
            paramLabel = "FORMAT",
            description = "jsonl or conllu (default: ${DEFAULT-VALUE}).")
    private ShardExport.Format format = ShardExport.Format.JSONL;

    @Option(
            names = "--from",
            defaultValue = "0",
            paramLabel = "N",
            description = "First document of each folder (default: ${DEFAULT-VALUE}).")
    private long from;

    @Option(
            names = "--documents",
            defaultValue = "0",
            paramLabel = "N",
            description = "Number of documents of each folder; 0 means all that follow.")
    private long documents;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "File to write (default: standard output).")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() {
        if (from < 0 || documents < 0) {
            throw new ConfigException(
                    "[export] --from "
                            + from
                            + " --documents "
                            + documents
                            + ", expected 0 or more");
        }
        if (out.isPresent()) {
            AtomicFile.write(out.get(), file -> export(file, () -> {}));
            System.out.println("Wrote " + out.get());
            return 0;
        }
        try {
            export(System.out, StandardOutput::check);
        } catch (IOException e) {
            throw IoErrors.cannotWrite(Path.of("standard output"), e);
        }
        return 0;
    }

    private void export(OutputStream to, Runnable afterDocument) throws IOException {
        for (Path folder : folders) {
            try (ShardTexts texts = tokenizer.open(folder)) {
                ShardExport export = new ShardExport(texts);
                long end =
                        documents == 0
                                ? texts.documentCount()
                                : Math.min(texts.documentCount(), from + documents);
                for (long d = from; d < end; d++) {
                    to.write(
                            export.format(texts.document(d), format)
                                    .getBytes(StandardCharsets.UTF_8));
                    afterDocument.run();
                }
            }
        }
    }
}
