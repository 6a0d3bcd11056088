package org.limelm.annotate.causal;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.limelm.annotate.internal.cache.WordCache;
import org.limelm.annotate.internal.classifier.Feature;
import org.limelm.annotate.internal.classifier.Form;

/**
 * The features of the causal classifiers, in training and in annotation. Each depends only on the
 * text up to the end of the current piece.
 *
 * <p>A feature is passed to a consumer as the concatenation of its parts and is valid only during
 * the call: training makes it a string, annotation looks its hash up. For use by one thread.
 */
public final class CausalFeatures {
    private static final int CACHED_WORDS = 1 << 14;
    private static final int MAX_CACHED_CHARS = 64;

    private static final Form BAR = Form.of("|");
    private static final Form PLUS = Form.of("+");
    private static final Form NOTHING = Form.of("");
    private static final Form[] COUNTS = forms("n=", 5);
    private static final Form[] PREFIX = forms("b", 5, "=");
    private static final Form[] SUFFIX = forms("s", 5, "=");

    private final WordCache<WordForms> words = new WordCache<>(CACHED_WORDS);
    private final Map<String, Form> tags = new HashMap<>();
    private final Feature feature = new Feature();

    /** Creates an empty cache of words. */
    public CausalFeatures() {}

    /**
     * Passes on the features that decide whether a piece that follows a word without whitespace
     * continues it or begins a new one.
     *
     * @param context ends with the word so far
     * @param chunk the piece
     */
    public void boundary(LeftContext context, String chunk, Consumer<Feature> out) {
        WordForms word = forms(context.word());
        WordForms next = forms(chunk);
        Form last = word.word().last(1);
        Form last3 = word.word().last(3);
        Form first = next.word().first(1);
        Form classes =
                Form.of(WordForms.shape(last.toString()) + WordForms.shape(first.toString()));
        Form gap = context.gap().form();
        out.accept(feature.of(Name.W).with(word.word()));
        out.accept(feature.of(Name.LW).with(word.lower()));
        out.accept(feature.of(Name.C).with(next.word()));
        out.accept(feature.of(Name.WC).with(word.lower()).with(BAR).with(next.lower()));
        out.accept(feature.of(Name.L).with(last));
        out.accept(feature.of(Name.F).with(first));
        out.accept(feature.of(Name.LF).with(last).with(first));
        out.accept(feature.of(Name.L2).with(word.word().last(2)));
        out.accept(feature.of(Name.L3).with(last3));
        out.accept(feature.of(Name.L3F).with(last3).with(first));
        out.accept(feature.of(Name.K).with(classes));
        out.accept(feature.of(Name.KC).with(classes).with(BAR).with(next.word()));
        out.accept(feature.of(Name.SW).with(word.shape()));
        out.accept(feature.of(Name.SC).with(next.shape()));
        out.accept(feature.of(Name.SWC).with(word.shape()).with(BAR).with(next.shape()));
        out.accept(feature.of(Name.W1).with(forms(context.word1()).lower()).with(BAR).with(gap));
        out.accept(feature.of(Name.G).with(gap).with(classes));
        out.accept(feature.of(COUNTS[Math.min(context.chunks(), 4)]));
    }

    /** Passes on the features for the part of speech of the word so far. */
    public void pos(LeftContext context, Consumer<Feature> out) {
        WordForms word = forms(context.word());
        WordForms word1 = forms(context.word1());
        Form lower = word.lower();
        Form lower1 = word1.lower();
        Form lower2 = forms(context.word2()).lower();
        Form shape = word.shape();
        Form chunks = context.chunks() > 1 ? PLUS : NOTHING;
        Form gap = context.gap().form();
        Form pos1 = tag(context.pos1());
        Form pos2 = tag(context.pos2());
        out.accept(feature.of(Name.W).with(word.word()));
        out.accept(feature.of(Name.LW).with(lower));
        out.accept(feature.of(Name.LW).with(lower).with(chunks).with(Name.P_AFTER).with(pos1));
        for (int n = 1; n <= WordForms.MAX_AFFIX && n <= lower.length(); n++) {
            out.accept(feature.of(SUFFIX[n]).with(word.last(n)));
            out.accept(feature.of(PREFIX[n]).with(word.first(n)));
        }
        out.accept(feature.of(Name.S2P).with(word.last(2)).with(BAR).with(pos1));
        out.accept(feature.of(Name.S3K).with(word.last(3)).with(BAR).with(shape));
        out.accept(feature.of(Name.K).with(shape).with(chunks));
        out.accept(feature.of(Name.KG).with(shape).with(gap));
        out.accept(feature.of(Name.G).with(gap));
        out.accept(feature.of(Name.P).with(pos1));
        out.accept(feature.of(Name.PP).with(pos1).with(BAR).with(pos2));
        out.accept(feature.of(Name.PPK).with(pos1).with(BAR).with(pos2).with(BAR).with(shape));
        out.accept(feature.of(Name.W1).with(lower1));
        out.accept(feature.of(Name.W1W).with(lower1).with(BAR).with(lower));
        out.accept(feature.of(Name.W2).with(lower2));
        out.accept(feature.of(Name.W1P2).with(lower1).with(BAR).with(pos2));
        out.accept(feature.of(Name.W2W1).with(lower2).with(BAR).with(lower1));
        out.accept(feature.of(Name.W1S).with(lower1).with(BAR).with(word.last(2)));
        out.accept(feature.of(Name.E1).with(word1.last(3)).with(BAR).with(word.last(2)));
    }

    /** Passes on the features for the entity tag of the word so far. */
    public void entity(LeftContext context, Consumer<Feature> out) {
        WordForms forms = forms(context.word());
        WordForms forms1 = forms(context.word1());
        Form word = forms.word();
        Form word1 = forms1.word();
        Form word2 = forms(context.word2()).word();
        Form shape = forms.shape();
        Form entity1 = tag(context.entity1());
        boolean sentence = context.gap() == LeftContext.Gap.SENTENCE;
        out.accept(feature.of(Name.W).with(word));
        out.accept(feature.of(Name.WE).with(word).with(BAR).with(entity1));
        out.accept(
                feature.of(Name.LW)
                        .with(forms.lower())
                        .with(context.chunks() > 1 ? PLUS : NOTHING));
        out.accept(feature.of(SUFFIX[3]).with(forms.last(3)));
        out.accept(feature.of(PREFIX[3]).with(forms.first(3)));
        out.accept(feature.of(PREFIX[4]).with(forms.first(4)));
        out.accept(feature.of(Name.K).with(shape));
        out.accept(feature.of(Name.KE).with(shape).with(BAR).with(entity1));
        out.accept(feature.of(Name.KK).with(forms1.shape()).with(BAR).with(shape));
        out.accept(feature.of(Name.KW).with(word1).with(BAR).with(shape));
        out.accept(feature.of(Name.E).with(entity1));
        out.accept(feature.of(Name.EE).with(entity1).with(BAR).with(tag(context.entity2())));
        out.accept(feature.of(Name.W1).with(word1));
        out.accept(feature.of(Name.W1E).with(word1).with(BAR).with(entity1));
        out.accept(feature.of(Name.W2).with(word2));
        out.accept(feature.of(Name.W1W).with(word1).with(BAR).with(word));
        out.accept(feature.of(Name.W2W1).with(word2).with(BAR).with(word1).with(BAR).with(shape));
        out.accept(feature.of(Name.W2E).with(word2).with(BAR).with(entity1).with(BAR).with(shape));
        out.accept(feature.of(Name.D).with(tag(context.earlierEntity(word.toString()))));
        out.accept(feature.of(sentence ? Name.G_TRUE : Name.G_FALSE).with(shape));
    }

    private WordForms forms(String word) {
        WordForms forms = words.get(word);
        if (forms == null) {
            forms = WordForms.of(word);
            if (word.length() <= MAX_CACHED_CHARS) {
                words.put(word, forms);
            }
        }
        return forms;
    }

    private Form tag(String tag) {
        return tags.computeIfAbsent(tag, Form::of);
    }

    private static Form[] forms(String name, int count) {
        return forms(name, count, "");
    }

    private static Form[] forms(String name, int count, String end) {
        Form[] forms = new Form[count];
        for (int i = 0; i < count; i++) {
            forms[i] = Form.of(name + i + end);
        }
        return forms;
    }

    /** The names of the features, which are their first parts. */
    private static final class Name {
        static final Form C = Form.of("c=");
        static final Form D = Form.of("d=");
        static final Form E = Form.of("e=");
        static final Form E1 = Form.of("e1=");
        static final Form EE = Form.of("ee=");
        static final Form F = Form.of("f=");
        static final Form G = Form.of("g=");
        static final Form G_FALSE = Form.of("g=false");
        static final Form G_TRUE = Form.of("g=true");
        static final Form K = Form.of("k=");
        static final Form KC = Form.of("kc=");
        static final Form KE = Form.of("ke=");
        static final Form KG = Form.of("kg=");
        static final Form KK = Form.of("kk=");
        static final Form KW = Form.of("kw=");
        static final Form L = Form.of("l=");
        static final Form L2 = Form.of("l2=");
        static final Form L3 = Form.of("l3=");
        static final Form L3F = Form.of("l3f=");
        static final Form LF = Form.of("lf=");
        static final Form LW = Form.of("lw=");
        static final Form P = Form.of("p=");
        static final Form P_AFTER = Form.of("|p=");
        static final Form PP = Form.of("pp=");
        static final Form PPK = Form.of("ppk=");
        static final Form S2P = Form.of("s2p=");
        static final Form S3K = Form.of("s3k=");
        static final Form SC = Form.of("sc=");
        static final Form SW = Form.of("sw=");
        static final Form SWC = Form.of("swc=");
        static final Form W = Form.of("w=");
        static final Form W1 = Form.of("w1=");
        static final Form W1E = Form.of("w1e=");
        static final Form W1P2 = Form.of("w1p2=");
        static final Form W1S = Form.of("w1s=");
        static final Form W1W = Form.of("w1w=");
        static final Form W2 = Form.of("w2=");
        static final Form W2E = Form.of("w2e=");
        static final Form W2W1 = Form.of("w2w1=");
        static final Form WC = Form.of("wc=");
        static final Form WE = Form.of("we=");
    }
}
