package org.limelm.train.evaluation;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Where each token of a document stands in the words and numbers of its text.
 *
 * <p>A word is a maximal run of letters and marks, a number a maximal run of decimal digits. A
 * token is classified by its first character that is not white space; it continues a word or number
 * if the character right before the token belongs to the same run.
 */
final class WordPieces {
    private static final int LONG_WORD = 4; // pieces; longer words are counted as this long

    /** What a token is in its text. */
    enum Kind {
        WORD_INITIAL,
        WORD_SUFFIX,
        FIRST_DIGIT,
        FURTHER_DIGIT,
        PUNCTUATION,
        WHITE_SPACE,
        END_OF_TEXT;

        /** Returns the name in reports. */
        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    private enum CharacterType {
        LETTER,
        DIGIT,
        SPACE,
        OTHER
    }

    private final Kind[] kinds;
    private final int[] positions;
    private final int[] lengths;
    private final boolean[] spaced;

    private WordPieces(int tokens) {
        kinds = new Kind[tokens];
        positions = new int[tokens];
        lengths = new int[tokens];
        spaced = new boolean[tokens];
    }

    /**
     * Classifies the tokens of a document.
     *
     * @param pieces bytes of each token; empty for the end of text
     */
    static WordPieces of(List<byte[]> pieces) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        pieces.forEach(text::writeBytes);
        CharacterType[] characters = characters(text.toByteArray());
        WordPieces result = new WordPieces(pieces.size());
        int from = 0;
        for (int i = 0; i < pieces.size(); i++) {
            int to = from + pieces.get(i).length;
            result.kinds[i] = kind(characters, from, to);
            result.positions[i] = result.position(i);
            result.spaced[i] = result.separated(i, characters, from);
            from = to;
        }
        result.countPieces();
        return result;
    }

    private static Kind kind(CharacterType[] characters, int from, int to) {
        int first = from;
        while (first < to && characters[first] == CharacterType.SPACE) {
            first++;
        }
        if (first == to) {
            return from == to ? Kind.END_OF_TEXT : Kind.WHITE_SPACE;
        }
        boolean continues = from > 0 && first == from && characters[from - 1] == characters[from];
        return switch (characters[first]) {
            case LETTER -> continues ? Kind.WORD_SUFFIX : Kind.WORD_INITIAL;
            case DIGIT -> continues ? Kind.FURTHER_DIGIT : Kind.FIRST_DIGIT;
            default -> Kind.PUNCTUATION;
        };
    }

    /** After a token of white space alone, which is separated itself, the same word goes on. */
    private boolean separated(int token, CharacterType[] characters, int from) {
        boolean begins = from < characters.length && characters[from] == CharacterType.SPACE;
        boolean follows =
                from > 0
                        && characters[from - 1] == CharacterType.SPACE
                        && kinds[token - 1] != Kind.WHITE_SPACE;
        return begins || follows;
    }

    private int position(int token) {
        return switch (kinds[token]) {
            case WORD_INITIAL -> 1;
            case WORD_SUFFIX -> Math.max(1, token == 0 ? 0 : positions[token - 1]) + 1;
            default -> 0;
        };
    }

    private void countPieces() {
        for (int i = kinds.length - 1; i >= 0; i--) {
            boolean continued =
                    i + 1 < kinds.length && kinds[i + 1] == Kind.WORD_SUFFIX && positions[i] > 0;
            lengths[i] = continued ? lengths[i + 1] : positions[i];
        }
    }

    /** Returns the type of the character that each byte belongs to. */
    private static CharacterType[] characters(byte[] utf8) {
        CharacterType[] types = new CharacterType[utf8.length];
        for (int from = 0; from < utf8.length; ) {
            int to = from + 1;
            while (to < utf8.length && (utf8[to] & 0xC0) == 0x80) { // a continuation byte
                to++;
            }
            String character = new String(utf8, from, to - from, StandardCharsets.UTF_8);
            Arrays.fill(types, from, to, type(character.codePointAt(0)));
            from = to;
        }
        return types;
    }

    private static CharacterType type(int character) {
        if (Character.isWhitespace(character) || Character.isSpaceChar(character)) {
            return CharacterType.SPACE;
        }
        if (Character.isDigit(character)) {
            return CharacterType.DIGIT;
        }
        boolean mark =
                switch (Character.getType(character)) {
                    case Character.NON_SPACING_MARK,
                            Character.COMBINING_SPACING_MARK,
                            Character.ENCLOSING_MARK ->
                            true;
                    default -> false;
                };
        return mark || Character.isLetter(character) ? CharacterType.LETTER : CharacterType.OTHER;
    }

    /** Returns what a token is in its text. */
    Kind kind(int token) {
        return kinds[token];
    }

    /**
     * Returns whether white space separates a token from the one before: it begins with white
     * space, or the one before ends with it. A token of white space alone counts as part of the
     * token after it.
     */
    boolean isSpaced(int token) {
        return spaced[token];
    }

    /** Returns the position of a token in its word: {@code 2nd}, {@code 4th+}, or {@code none}. */
    String piece(int token) {
        return switch (Math.min(LONG_WORD, positions[token])) {
            case 0 -> "none";
            case 1 -> "1st";
            case 2 -> "2nd";
            case 3 -> "3rd";
            default -> "4th+";
        };
    }

    /** Returns position and number of pieces of the word: {@code 2nd of 3}, or {@code none}. */
    String pieceOfWord(int token) {
        if (positions[token] == 0) {
            return "none";
        }
        int length = Math.min(LONG_WORD, lengths[token]);
        return piece(token) + " of " + length + (length == LONG_WORD ? "+" : "");
    }
}
