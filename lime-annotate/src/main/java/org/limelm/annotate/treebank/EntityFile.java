package org.limelm.annotate.treebank;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.limelm.core.LimeException;

/**
 * Streams an entity file, plain or gzipped: {@code word<TAB>BIO-tag} per line, an empty line
 * between sentences, {@code -DOCSTART-} before a document.
 */
public final class EntityFile implements AutoCloseable {
    private static final String DOCUMENT_START = "-DOCSTART-";

    private final Path file;
    private final BufferedReader lines;
    private int line;
    private boolean startsDocument = true;

    private EntityFile(Path file, BufferedReader lines) {
        this.file = file;
        this.lines = lines;
    }

    /**
     * Opens a file.
     *
     * @throws IOException if it cannot be read
     */
    public static EntityFile open(Path file) throws IOException {
        return new EntityFile(file, GoldFiles.open(file));
    }

    /**
     * Reads all sentences of the files, in order.
     *
     * @throws LimeException if a line is malformed
     * @throws IOException if a file cannot be read
     */
    public static List<EntitySentence> readAll(List<Path> files) throws IOException {
        List<EntitySentence> sentences = new ArrayList<>();
        for (Path path : files) {
            try (EntityFile file = open(path)) {
                for (Optional<EntitySentence> sentence = file.next();
                        sentence.isPresent();
                        sentence = file.next()) {
                    sentences.add(sentence.get());
                }
            }
        }
        return sentences;
    }

    /**
     * Returns the next sentence, if there is one.
     *
     * @throws LimeException if a line has no tab or no BIO tag
     * @throws IOException if the file cannot be read
     */
    public Optional<EntitySentence> next() throws IOException {
        List<String> words = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        for (String text = lines.readLine(); text != null; text = lines.readLine()) {
            line++;
            if (text.isEmpty()) {
                if (!words.isEmpty()) {
                    break;
                }
            } else if (text.startsWith(DOCUMENT_START)) {
                startsDocument = true;
            } else {
                int tab = text.lastIndexOf('\t');
                String tag = text.substring(tab + 1);
                if (tab <= 0 || !isBio(tag)) {
                    throw new LimeException(
                            "[%s:%d] 'word<TAB>tag' with tag O, B-TYPE or I-TYPE expected, found '%s'"
                                    .formatted(file, line, text));
                }
                words.add(text.substring(0, tab));
                tags.add(tag);
            }
        }
        if (words.isEmpty()) {
            return Optional.empty();
        }
        boolean first = startsDocument;
        startsDocument = false;
        return Optional.of(new EntitySentence(first, words, tags));
    }

    private static boolean isBio(String tag) {
        return tag.equals("O")
                || (tag.length() > 2 && (tag.startsWith("B-") || tag.startsWith("I-")));
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
