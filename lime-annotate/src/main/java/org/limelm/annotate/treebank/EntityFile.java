package org.limelm.annotate.treebank;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.limelm.core.LimeException;

/**
 * Streams an entity file, plain or gzipped: {@code word<TAB>BIO-tag} per line, an empty line
 * between sentences, {@code -DOCSTART-} before each document.
 */
public final class EntityFile implements AutoCloseable {
    private static final String DOCUMENT_START = "-DOCSTART-";

    private final GoldLines lines;
    private boolean startsDocument = true;

    private EntityFile(GoldLines lines) {
        this.lines = lines;
    }

    /**
     * Opens a file.
     *
     * @throws LimeException if it cannot be read
     */
    public static EntityFile open(Path file) {
        return new EntityFile(GoldLines.open(file));
    }

    /**
     * Reads all sentences of the files, in order.
     *
     * @throws LimeException if a line is malformed or a file cannot be read
     */
    public static List<EntitySentence> readAll(List<Path> files) {
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
     * @throws LimeException if a line has no tab, no BIO tag or is not valid UTF-8, or the file
     *     cannot be read
     */
    public Optional<EntitySentence> next() {
        List<String> words = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        for (String text = lines.next(); text != null; text = lines.next()) {
            if (text.isEmpty()) {
                if (!words.isEmpty()) {
                    break;
                }
            } else if (text.startsWith(DOCUMENT_START)) {
                startsDocument = true;
            } else {
                int tab = text.lastIndexOf('\t');
                String tag = text.substring(tab + 1);
                if (text.indexOf('\t') <= 0 || !isBio(tag)) {
                    throw new LimeException(
                            "[%s:%d] expected 'word<TAB>tag' with tag O, B-TYPE or I-TYPE, found '%s'"
                                    .formatted(lines.file(), lines.number(), text));
                }
                words.add(text.substring(0, text.indexOf('\t')));
                tags.add(bio(tag, tags));
            }
        }
        if (words.isEmpty()) {
            return Optional.empty();
        }
        boolean first = startsDocument;
        startsDocument = false;
        return Optional.of(new EntitySentence(first, words, tags));
    }

    /** Returns B-TYPE instead of an I-TYPE that does not continue an entity of its type. */
    private static String bio(String tag, List<String> before) {
        if (!tag.startsWith("I-")) {
            return tag;
        }
        String type = tag.substring(2);
        String last = before.isEmpty() ? "O" : before.get(before.size() - 1);
        return last.equals("B-" + type) || last.equals(tag) ? tag : "B-" + type;
    }

    private static boolean isBio(String tag) {
        return tag.equals("O")
                || (tag.length() > 2 && (tag.startsWith("B-") || tag.startsWith("I-")));
    }

    @Override
    public void close() {
        lines.close();
    }
}
