package org.limelm.annotate.internal.words;

import java.util.function.Consumer;
import org.limelm.annotate.internal.classifier.Feature;
import org.limelm.annotate.internal.classifier.Form;

/**
 * The features that decide the tag of a word, in training and in annotation: of the word, of the
 * words and tags before it, and of the words after it. A causal classifier does without {@link
 * #after1}, {@link #after2} and {@link #right}, which look at words after the tagged one.
 *
 * <p>A feature is passed to a consumer as the concatenation of its parts and is valid only during
 * the call. For use by one thread.
 */
public final class TagFeatures {
    private static final Form BAR = Form.of("|");
    private static final Form[] PREFIX = numbered("b", WordForms.MAX_PREFIX);
    private static final Form[] SUFFIX = numbered("s", WordForms.MAX_SUFFIX);

    private final Feature feature = new Feature();

    /** Creates features. */
    public TagFeatures() {}

    /** Passes on what a word says about its own tag. */
    public void word(WordForms word, Consumer<Feature> out) {
        out.accept(feature.of(Name.W).with(word.word()));
        out.accept(feature.of(Name.L).with(word.lower()));
        int chars = word.lower().length();
        for (int n = 1; n <= Math.min(chars, WordForms.MAX_SUFFIX); n++) {
            out.accept(feature.of(SUFFIX[n]).with(word.last(n)));
        }
        for (int n = 1; n <= Math.min(chars, WordForms.MAX_PREFIX); n++) {
            out.accept(feature.of(PREFIX[n]).with(word.first(n)));
        }
        out.accept(feature.of(Name.K).with(word.shape()));
        out.accept(feature.of(Name.S3K).with(word.last(3)).with(BAR).with(word.shape()));
        out.accept(feature.of(Name.C).with(word.cluster()));
    }

    /** Passes on what a word says about the tag of the next one. */
    public void before1(WordForms word1, Consumer<Feature> out) {
        out.accept(feature.of(Name.L1).with(word1.lower()));
        out.accept(feature.of(Name.S1).with(word1.last(3)));
        out.accept(feature.of(Name.K1).with(word1.shape()));
        out.accept(feature.of(Name.C1).with(word1.cluster()));
    }

    /** Passes on what a word says about the tag of the one after the next. */
    public void before2(WordForms word2, Consumer<Feature> out) {
        out.accept(feature.of(Name.L2).with(word2.lower()));
        out.accept(feature.of(Name.C2).with(word2.cluster()));
    }

    /** Passes on what a word says about the tag of the one before it. */
    public void after1(WordForms next1, Consumer<Feature> out) {
        out.accept(feature.of(Name.N1).with(next1.lower()));
        out.accept(feature.of(Name.NS3).with(next1.last(3)));
        out.accept(feature.of(Name.NS2).with(next1.last(2)));
        out.accept(feature.of(Name.NK1).with(next1.shape()));
        out.accept(feature.of(Name.NC1).with(next1.cluster()));
    }

    /** Passes on what a word says about the tag of the one two before it. */
    public void after2(WordForms next2, Consumer<Feature> out) {
        out.accept(feature.of(Name.N2).with(next2.lower()));
        out.accept(feature.of(Name.N2S).with(next2.last(2)));
        out.accept(feature.of(Name.NC2).with(next2.cluster()));
    }

    /**
     * Passes on what a word says about its own tag together with the tags before it.
     *
     * @param place where the word is in its text
     * @param tag1 the previous tag
     * @param tag2 the tag before it
     */
    public void tagged(WordForms word, Form place, Form tag1, Form tag2, Consumer<Feature> out) {
        Form lower = word.lower();
        Form cluster = word.cluster();
        out.accept(feature.of(Name.G).with(place));
        out.accept(feature.of(Name.KG).with(word.shape()).with(BAR).with(place));
        out.accept(feature.of(Name.LG).with(lower).with(BAR).with(place));
        out.accept(feature.of(Name.T).with(tag1));
        out.accept(feature.of(Name.TT).with(tag1).with(BAR).with(tag2));
        out.accept(feature.of(Name.TL).with(tag1).with(BAR).with(lower));
        out.accept(feature.of(Name.TTL).with(tag1).with(BAR).with(tag2).with(BAR).with(lower));
        out.accept(feature.of(Name.TS).with(tag1).with(BAR).with(word.last(3)));
        out.accept(feature.of(Name.TK).with(tag1).with(BAR).with(word.shape()));
        out.accept(feature.of(Name.TC).with(tag1).with(BAR).with(cluster));
        out.accept(feature.of(Name.TTC).with(tag1).with(BAR).with(tag2).with(BAR).with(cluster));
    }

    /** Passes on what a word and the one before it say together. */
    public void pair(WordForms word1, WordForms word, Consumer<Feature> out) {
        Form lower = word.lower();
        Form cluster1 = word1.cluster();
        out.accept(feature.of(Name.L1L).with(word1.lower()).with(BAR).with(lower));
        out.accept(feature.of(Name.C1C).with(cluster1).with(BAR).with(word.cluster()));
        out.accept(feature.of(Name.C1L).with(cluster1).with(BAR).with(lower));
        out.accept(feature.of(Name.C1S).with(cluster1).with(BAR).with(word.last(2)));
    }

    /**
     * Passes on what the two words before the tagged one say together, and with a tag.
     *
     * @param tag2 the tag before the previous one
     */
    public void before(WordForms word1, WordForms word2, Form tag2, Consumer<Feature> out) {
        Form lower1 = word1.lower();
        out.accept(feature.of(Name.L2L1).with(word2.lower()).with(BAR).with(lower1));
        out.accept(feature.of(Name.T2L1).with(tag2).with(BAR).with(lower1));
    }

    /** Passes on what pairs with words after the tagged one say. */
    public void right(
            WordForms word,
            WordForms word1,
            WordForms next1,
            WordForms next2,
            Form tag1,
            Consumer<Feature> out) {
        Form lower = word.lower();
        Form lowerNext = next1.lower();
        Form clusterNext = next1.cluster();
        out.accept(feature.of(Name.LN).with(lower).with(BAR).with(lowerNext));
        out.accept(feature.of(Name.L1N).with(word1.lower()).with(BAR).with(lowerNext));
        out.accept(feature.of(Name.N1N2).with(lowerNext).with(BAR).with(next2.lower()));
        out.accept(feature.of(Name.CN).with(word.cluster()).with(BAR).with(clusterNext));
        out.accept(feature.of(Name.C1N).with(word1.cluster()).with(BAR).with(clusterNext));
        out.accept(feature.of(Name.LCN).with(lower).with(BAR).with(clusterNext));
        out.accept(feature.of(Name.SCN).with(word.last(2)).with(BAR).with(clusterNext));
        out.accept(feature.of(Name.TN).with(tag1).with(BAR).with(lowerNext));
        out.accept(feature.of(Name.TCN).with(tag1).with(BAR).with(clusterNext));
    }

    /** Passes on the last tag of the same word in the document. */
    public void earlier(Form tag, Consumer<Feature> out) {
        out.accept(feature.of(Name.D).with(tag));
    }

    private static Form[] numbered(String name, int count) {
        Form[] forms = new Form[count + 1];
        for (int i = 0; i < forms.length; i++) {
            forms[i] = Form.of(name + i + "=");
        }
        return forms;
    }

    /**
     * The names of the features, which are their first parts: lower case of the word (l), its
     * suffix (s), cluster (c) and shape (k), the previous tags (t), and the words after it (n).
     */
    private static final class Name {
        static final Form C = Form.of("c=");
        static final Form C1 = Form.of("c1=");
        static final Form C1C = Form.of("c1c=");
        static final Form C1L = Form.of("c1l=");
        static final Form C1N = Form.of("c1nc=");
        static final Form C1S = Form.of("c1s=");
        static final Form C2 = Form.of("c2=");
        static final Form CN = Form.of("cnc=");
        static final Form D = Form.of("d=");
        static final Form G = Form.of("g=");
        static final Form K = Form.of("k=");
        static final Form K1 = Form.of("k1=");
        static final Form KG = Form.of("kg=");
        static final Form L = Form.of("l=");
        static final Form L1 = Form.of("l1=");
        static final Form L1L = Form.of("l1l=");
        static final Form L1N = Form.of("l1n=");
        static final Form L2 = Form.of("l2=");
        static final Form L2L1 = Form.of("l2l1=");
        static final Form LCN = Form.of("lnc=");
        static final Form LG = Form.of("lg=");
        static final Form LN = Form.of("ln=");
        static final Form N1 = Form.of("n1=");
        static final Form N1N2 = Form.of("n1n2=");
        static final Form N2 = Form.of("n2=");
        static final Form N2S = Form.of("n2s=");
        static final Form NC1 = Form.of("nc1=");
        static final Form NC2 = Form.of("nc2=");
        static final Form NK1 = Form.of("nk1=");
        static final Form NS2 = Form.of("ns2=");
        static final Form NS3 = Form.of("ns3=");
        static final Form S1 = Form.of("ls=");
        static final Form S3K = Form.of("s3k=");
        static final Form SCN = Form.of("snc=");
        static final Form T = Form.of("t=");
        static final Form T2L1 = Form.of("t2l1=");
        static final Form TC = Form.of("tc=");
        static final Form TCN = Form.of("tnc=");
        static final Form TK = Form.of("tk=");
        static final Form TL = Form.of("tl=");
        static final Form TN = Form.of("tn=");
        static final Form TS = Form.of("ts=");
        static final Form TT = Form.of("tt=");
        static final Form TTC = Form.of("ttc=");
        static final Form TTL = Form.of("ttl=");
        static final Form W = Form.of("w=");
    }
}
