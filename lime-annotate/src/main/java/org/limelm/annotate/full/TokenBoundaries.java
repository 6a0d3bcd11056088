package org.limelm.annotate.full;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import opennlp.tools.util.Span;
import opennlp.tools.util.StringUtil;

/**
 * Finds the tokens of a sentence with the tokenizer model, corrected by a few rules: numbers and
 * abbreviations are kept whole, a currency sign is a separate token, and a run that is too long to
 * be a word is split.
 */
final class TokenBoundaries {
    /** A longer run without whitespace is split into tokens of this many UTF-16 code units. */
    static final int MAX_RUN_CHARS = 200;

    /**
     * The quantifiers are possessive so that a long list of numbers does not consume stack for each
     * of them. The lookbehind prevents retrying a long number from each of its digits.
     */
    private static final Pattern NUMBER = Pattern.compile("(?<!\\d)\\d++(?:[.,:]\\d++)++");

    private static final String CURRENCY = "$€£¥";

    /** Abbreviations that keep their period, listed without it. */
    private static final Set<String> ABBREVIATIONS =
            Set.of(
                    "Mr", "Mrs", "Ms", "Dr", "Prof", "Gen", "Sen", "Rep", "Gov", "Lt", "Col",
                    "Capt", "Sgt", "Hon", "Rev", "St", "Jr", "Sr", "Inc", "Ltd", "Co", "Corp",
                    "Bros", "Jan", "Feb", "Aug", "Sept", "Sep", "Oct", "Nov", "Dec", "vs", "etc",
                    "e.g", "i.e", "U.S", "U.K", "U.N", "a.m", "p.m", "D.C", "Ave", "Blvd", "Vol",
                    "Ph.D");

    private TokenBoundaries() {}

    /**
     * Returns the tokens as spans of the sentence, in order, covering everything except whitespace.
     */
    static List<Span> of(String sentence, TokenDetector tokenizer) {
        BitSet starts = new BitSet(sentence.length());
        for (int from = 0; from < sentence.length(); ) {
            if (StringUtil.isWhitespace(sentence.charAt(from))) {
                from++;
                continue;
            }
            int to = endOfRun(sentence, from);
            starts.set(from);
            if (to - from > MAX_RUN_CHARS) {
                cut(sentence, from, to, starts);
            } else if (to - from > 1) {
                for (int start : tokenizer.starts(sentence.substring(from, to))) {
                    starts.set(from + start);
                }
            }
            from = to;
        }
        keepCharacters(sentence, starts);
        keepNumbers(sentence, starts);
        List<Span> spans = spans(sentence, starts);
        return keepAbbreviations(sentence, spans);
    }

    static int endOfRun(CharSequence text, int from) {
        int to = from;
        while (to < text.length() && !StringUtil.isWhitespace(text.charAt(to))) {
            to++;
        }
        return to;
    }

    private static void cut(String sentence, int from, int to, BitSet starts) {
        for (int at = from + MAX_RUN_CHARS; at < to; at += MAX_RUN_CHARS) {
            if (Character.isLowSurrogate(sentence.charAt(at))) {
                at--;
            }
            starts.set(at);
        }
    }

    /**
     * Removes boundaries inside surrogate pairs: the model works on UTF-16 code units and may split
     * a pair.
     */
    private static void keepCharacters(String sentence, BitSet starts) {
        for (int at = starts.nextSetBit(1); at >= 0; at = starts.nextSetBit(at + 1)) {
            if (Character.isSurrogatePair(sentence.charAt(at - 1), sentence.charAt(at))) {
                starts.clear(at);
            }
        }
    }

    private static void keepNumbers(String sentence, BitSet starts) {
        Matcher number = NUMBER.matcher(sentence);
        while (number.find()) {
            if (number.end() - number.start() > MAX_RUN_CHARS) {
                continue;
            }
            starts.clear(number.start() + 1, number.end());
            if (number.start() > 0 && CURRENCY.indexOf(sentence.charAt(number.start() - 1)) >= 0) {
                starts.set(number.start());
            }
        }
    }

    private static List<Span> spans(String sentence, BitSet starts) {
        List<Span> spans = new ArrayList<>();
        for (int start = starts.nextSetBit(0); start >= 0; ) {
            int next = starts.nextSetBit(start + 1);
            int limit = next < 0 ? sentence.length() : next;
            int end = Math.min(endOfRun(sentence, start), limit);
            spans.add(new Span(start, end));
            start = next;
        }
        return spans;
    }

    private static List<Span> keepAbbreviations(String sentence, List<Span> spans) {
        List<Span> kept = new ArrayList<>(spans.size());
        for (Span span : spans) {
            int last = kept.size() - 1;
            if (last >= 0
                    && span.length() == 1
                    && sentence.charAt(span.getStart()) == '.'
                    && kept.get(last).getEnd() == span.getStart()
                    && ABBREVIATIONS.contains(
                            sentence.substring(
                                    kept.get(last).getStart(), kept.get(last).getEnd()))) {
                kept.set(last, new Span(kept.get(last).getStart(), span.getEnd()));
            } else {
                kept.add(span);
            }
        }
        return kept;
    }
}
