package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.limelm.core.ConfigException;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.shard.ShardSet;
import org.limelm.train.inspect.DecodedDocument;
import org.limelm.train.inspect.Inspection;
import org.limelm.train.inspect.ShardStatistics;
import org.limelm.train.inspect.ShardTexts;
import org.limelm.train.inspect.TaggedPage;
import org.limelm.train.inspect.TaggedWords;
import org.limelm.train.internal.table.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lime shards}: verifies, summarizes, shows and exports annotated corpora. */
@Command(
        name = "shards",
        description = "Verifies, summarizes, shows and exports folders of shards.",
        subcommands = {
            ShardsCommand.Verify.class,
            ShardsCommand.Stats.class,
            ShardsCommand.Head.class,
            ShardsExportCommand.class
        },
        synopsisSubcommandLabel = "verify|stats|head|export")
final class ShardsCommand {
    private ShardsCommand() {}

    /** The tokenizer with which shards are decoded. */
    static final class Tokenizer {
        @Option(
                names = "--tokenizer",
                paramLabel = "FILE",
                description =
                        "Tokenizer of the shards (default: a tokenizer*.json with the right hash,"
                                + " in the folder or beside it).")
        private Optional<Path> file = Optional.empty();

        /** Opens a folder of shards. */
        ShardTexts open(Path folder) {
            return ShardTexts.open(folder, file);
        }
    }

    /**
     * The result of a verification.
     *
     * @param folder the folder
     * @param documents number of its documents
     * @param tokens number of its subword pieces
     * @param bytes UTF-8 bytes of its text
     */
    record Verified(Path folder, long documents, long tokens, long bytes) {}

    /** {@code lime shards verify}. */
    @Command(
            name = "verify",
            description = {
                "Verifies every byte of shards.",
                "Hashes and sizes against the manifest, lengths of columns, ids within the"
                        + " vocabulary and tag sets."
            },
            footer = {"", "Example:", "  lime shards verify shards/causal shards/full"})
    static final class Verify implements Callable<Integer> {
        @Parameters(arity = "1..*", paramLabel = "FOLDER", description = "Folders of shards.")
        private List<Path> folders = List.of();

        @Mixin private JsonOutput json = new JsonOutput();

        @Override
        public Integer call() {
            List<Verified> verified = new ArrayList<>();
            for (Path folder : folders) {
                try (ShardSet shards = ShardSet.open(folder)) {
                    shards.verify();
                    var totals = shards.manifest().totals();
                    verified.add(
                            new Verified(
                                    folder, totals.documents(), totals.tokens(), totals.bytes()));
                    System.out.printf(
                            Locale.ROOT,
                            "%s: intact, %,d documents, %,d tokens in %d shards%n",
                            folder,
                            totals.documents(),
                            totals.tokens(),
                            shards.shards().size());
                }
            }
            json.print(verified);
            return 0;
        }
    }

    /** {@code lime shards stats}. */
    @Command(
            name = "stats",
            description = "Shows documents, tokens, bytes per token and the distribution of tags.",
            footer = {"", "Example:", "  lime shards stats shards/causal --json"})
    static final class Stats implements Callable<Integer> {
        @Parameters(arity = "1..*", paramLabel = "FOLDER", description = "Folders of shards.")
        private List<Path> folders = List.of();

        @Mixin private JsonOutput json = new JsonOutput();

        @Override
        public Integer call() {
            List<ShardStatistics> all = folders.stream().map(ShardStatistics::of).toList();
            for (ShardStatistics one : all) {
                System.out.printf(
                        Locale.ROOT,
                        "%s: %,d documents, %,d tokens, %,d bytes in %d shards, annotation %s%n%s",
                        one.folder(),
                        one.documents(),
                        one.tokens(),
                        one.bytes(),
                        one.shards(),
                        one.annotation(),
                        one.summary());
                one.provenance().forEach((key, value) -> System.out.println(key + ": " + value));
                one.features().forEach(Stats::printTags);
            }
            json.print(all);
            return 0;
        }

        private static void printTags(ShardStatistics.TagDistribution feature) {
            List<List<String>> rows = new ArrayList<>();
            for (ShardStatistics.TagCount tag : feature.tags()) {
                rows.add(
                        List.of(
                                tag.tag(),
                                String.format(Locale.ROOT, "%,d", tag.count()),
                                String.format(Locale.ROOT, "%.2f", 100 * tag.share())));
            }
            System.out.print(
                    TextTable.of(List.of(feature.feature(), "pieces", "share in %"), rows));
        }
    }

    /** {@code lime shards head}. */
    @Command(
            name = "head",
            description = {
                "Shows the first pieces of documents: where they were read, their text and tags.",
                "The origin is the file and the line, row or part of the document."
            },
            footer = {
                "",
                "Examples:",
                "  lime shards head shards/causal --documents 2",
                "  lime shards head shards/causal --pieces 500 --html head.html"
            })
    static final class Head implements Callable<Integer> {
        @Parameters(arity = "1..*", paramLabel = "FOLDER", description = "Folders of shards.")
        private List<Path> folders = List.of();

        @Mixin private Tokenizer tokenizer = new Tokenizer();

        @Option(
                names = "--documents",
                defaultValue = "3",
                paramLabel = "N",
                description = "Number of documents (default: ${DEFAULT-VALUE}).")
        private int documents;

        @Option(
                names = "--pieces",
                defaultValue = "20",
                paramLabel = "N",
                description = "Maximum pieces per document (default: ${DEFAULT-VALUE}).")
        private int pieces;

        @Option(
                names = "--html",
                paramLabel = "FILE",
                description = "Also write an HTML page with the tags in colour.")
        private Optional<Path> html = Optional.empty();

        @Mixin private JsonOutput json = new JsonOutput();

        @Override
        public Integer call() {
            if (documents < 0 || pieces < 0) {
                throw new ConfigException(
                        "[head] --documents "
                                + documents
                                + " --pieces "
                                + pieces
                                + ", expected 0 or more");
            }
            List<DecodedDocument> shown = new ArrayList<>();
            TaggedPage page = new TaggedPage("Documents of shards");
            for (Path folder : folders) {
                try (ShardTexts texts = tokenizer.open(folder)) {
                    for (int d = 0; d < Math.min(documents, texts.documentCount()); d++) {
                        DecodedDocument document = texts.document(d);
                        shown.add(document);
                        print(texts, document);
                        page.add(heading(document), words(texts, document));
                    }
                }
            }
            html.ifPresent(
                    file -> {
                        AtomicFile.writeString(file, page.toHtml());
                        System.out.println("Wrote " + file);
                    });
            json.print(shown);
            return 0;
        }

        private static String heading(DecodedDocument document) {
            return String.format(
                    Locale.ROOT,
                    "document %d: %s, from %s, %,d pieces",
                    document.number(),
                    Inspection.printable(document.id()),
                    Inspection.printable(document.origin()),
                    document.pieces().size());
        }

        /** Returns the pieces as words: shards do not hold the words. */
        private TaggedWords words(ShardTexts texts, DecodedDocument document) {
            return new TaggedWords(
                    texts.features(),
                    document.pieces().stream()
                            .limit(pieces)
                            .map(
                                    piece ->
                                            new TaggedWords.Word(
                                                    Inspection.visible(piece.text()),
                                                    piece.tags(),
                                                    List.of()))
                            .toList());
        }

        private void print(ShardTexts texts, DecodedDocument document) {
            System.out.println(heading(document));
            List<String> header = new ArrayList<>(List.of("piece"));
            header.addAll(texts.features());
            List<List<String>> rows = new ArrayList<>();
            document.pieces().stream()
                    .limit(pieces)
                    .forEach(
                            piece -> {
                                List<String> row =
                                        new ArrayList<>(List.of(Inspection.visible(piece.text())));
                                piece.tags().stream().map(Inspection::printable).forEach(row::add);
                                rows.add(row);
                            });
            System.out.println(TextTable.ofWords(header, rows));
        }
    }
}
