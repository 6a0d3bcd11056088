package org.limelm.annotate.align;

import java.util.ArrayList;
import java.util.List;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.core.text.LinguisticToken;

/**
 * Splits between whitespace, letters and digits, and other characters. Feature 0 is the token's
 * length, feature 1 looks ahead: whether a sentence mark follows anywhere.
 */
final class FakeAnnotator implements LinguisticAnnotator {
    int longestText;

    @Override
    public List<LinguisticToken> annotate(String text) {
        longestText = Math.max(longestText, text.length());
        List<LinguisticToken> tokens = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); ) {
            int next = i + Character.charCount(text.codePointAt(i));
            if (next == text.length() || kind(text, next) != kind(text, i)) {
                if (kind(text, i) != 0) {
                    int ahead = text.indexOf('.', next) >= 0 ? 2 : 1;
                    tokens.add(new LinguisticToken(start, next, new int[] {next - start, ahead}));
                }
                start = next;
            }
            i = next;
        }
        return tokens;
    }

    private static int kind(String text, int index) {
        int c = text.codePointAt(index);
        return Character.isWhitespace(c) ? 0 : Character.isLetterOrDigit(c) ? 1 : 2;
    }
}
