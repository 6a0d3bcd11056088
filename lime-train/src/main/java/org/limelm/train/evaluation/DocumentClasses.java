package org.limelm.train.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.train.data.TokenSource;

/** The classes of the tokens of one document, and where each begins in its text. */
final class DocumentClasses {
    /** Name of the feature whose tags are entity types. */
    private static final String ENTITY_FEATURE = "ner";

    private final int[] tokens;
    private final long[] starts;
    private final List<TokenClass>[] classes;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of lists
    private DocumentClasses(int count) {
        tokens = new int[count];
        starts = new long[count + 1];
        classes = new List[count];
        Arrays.setAll(classes, i -> new ArrayList<>());
    }

    /**
     * Classifies the tokens of a document.
     *
     * @param source shards with the tags that define the classes
     */
    static DocumentClasses of(TokenSource source, int document, SubwordTokenizer tokenizer) {
        int count = Math.toIntExact(source.length(document));
        long from = source.documentStart(document);
        DocumentClasses result = new DocumentClasses(count);
        source.readTokens(from, result.tokens, 0, count);
        List<byte[]> pieces = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int id = result.tokens[i];
            byte[] piece = id == tokenizer.endOfTextId() ? new byte[0] : tokenizer.pieceBytes(id);
            pieces.add(piece);
            result.starts[i + 1] = result.starts[i] + piece.length;
        }
        WordPieces words = WordPieces.of(pieces);
        for (int i = 0; i < count; i++) {
            result.classes[i].add(new TokenClass(TokenClass.KIND, words.kind(i).label()));
            result.classes[i].add(new TokenClass(TokenClass.PIECE, words.piece(i)));
            result.classes[i].add(new TokenClass(TokenClass.PIECE_OF_WORD, words.pieceOfWord(i)));
        }
        result.addTags(source, from, words);
        return result;
    }

    private void addTags(TokenSource source, long from, WordPieces words) {
        MetadataSchema schema = source.schema();
        for (int f = 0; f < schema.size(); f++) {
            Feature feature = schema.features().get(f);
            int[] tags = new int[tokens.length];
            source.readTags(f, from, tags, 0, tags.length);
            boolean entities = feature.name().equals(ENTITY_FEATURE);
            for (int i = 0; i < tags.length; i++) {
                String before = i == 0 ? Feature.NONE : feature.tag(tags[i - 1]);
                String tag = feature.tag(tags[i]);
                classes[i].add(
                        entities
                                ? new TokenClass(
                                        TokenClass.ENTITY, entity(before, tag, words.isSpaced(i)))
                                : new TokenClass(feature.name(), tag));
            }
        }
    }

    /**
     * Returns the position in an entity. All pieces of an entity's first word have its tag B-, so
     * that equal tags begin another entity only after white space. Without the prefixes B- and I-,
     * adjacent entities of one type are one entity.
     *
     * @param before tag of the token before
     * @param spaced whether white space separates the token from the one before
     */
    static String entity(String before, String tag, boolean spaced) {
        if (tag.equals(Feature.NONE)) {
            return "none";
        }
        boolean begins = tag.startsWith("B-") && (spaced || !before.equals(tag));
        return begins || !type(before).equals(type(tag)) ? "initial" : "continuation";
    }

    private static String type(String tag) {
        return tag.startsWith("B-") || tag.startsWith("I-") ? tag.substring(2) : tag;
    }

    /** Returns the id of a token. */
    int token(int position) {
        return tokens[position];
    }

    /** Returns the position of a token's first byte in the text. */
    long firstByte(int position) {
        return starts[position];
    }

    /** Returns the classes of a token, one per division. */
    List<TokenClass> classes(int position) {
        return classes[position];
    }
}
