package org.limelm.annotate.internal.words;

import java.util.List;
import java.util.function.Consumer;
import org.limelm.annotate.internal.cache.WordCache;
import org.limelm.annotate.internal.classifier.Feature;
import org.limelm.annotate.internal.classifier.Form;

/**
 * The features that decide which runs of a paragraph begin a sentence, from left to right, in
 * training and in annotation. For use by one thread.
 */
public final class SentenceStartFeatures {
    private static final int CACHED_RUNS = 1 << 13;
    private static final int MAX_CACHED_CHARS = 64;
    private static final Form BAR = Form.of("|");
    private static final String BEFORE = "<s>";
    private static final String AFTER = "</s>";
    private static final int[] DISTANCES = {1, 2, 4, 8, 16, 32};
    private static final Form[] DISTANCE = distances();

    private final WordFormCache words;
    private final WordCache<RunForms> cache = new WordCache<>(CACHED_RUNS);
    private final Feature feature = new Feature();
    private RunForms[] runs = {};
    private boolean titleCase;
    private int at;
    private int start; // of the sentence

    /** Creates features. */
    public SentenceStartFeatures(WordClusters clusters) {
        this.words = new WordFormCache(clusters);
    }

    /**
     * Begins a paragraph. Its first run begins a sentence, so that the first decision is about the
     * second one.
     */
    public void startParagraph(List<String> paragraph) {
        runs = new RunForms[paragraph.size()];
        int capitals = 0;
        int others = 0;
        for (int i = 0; i < runs.length; i++) {
            runs[i] = forms(paragraph.get(i));
            if (runs[i].core().lower().length() > 0) {
                capitals += runs[i].isCapitalized() ? 1 : 0;
                others += runs[i].isCapitalized() ? 0 : 1;
            }
        }
        titleCase = capitals > others;
        at = 1;
        start = 0;
    }

    /** Returns whether there is a run to decide about. */
    public boolean hasNext() {
        return at < runs.length;
    }

    /** Ends the decision about a run. */
    public void decided(boolean begins) {
        start = begins ? at : start;
        at++;
    }

    /** Passes on the features of the next decision. */
    public void next(Consumer<Feature> out) {
        RunForms run2 = at > 1 ? runs[at - 2] : forms(BEFORE);
        RunForms run1 = runs[at - 1];
        RunForms run = runs[at];
        RunForms after = at + 1 < runs.length ? runs[at + 1] : forms(AFTER);
        marks(run1, run, after, out);
        words(run1, run, after, out);
        clusters(run2, run1, run, after, out);
        place(run1, run, out);
    }

    private void marks(RunForms run1, RunForms run, RunForms after, Consumer<Feature> out) {
        Form tail = run1.tail();
        Form shape = run.shape();
        out.accept(feature.of(Name.T).with(tail));
        out.accept(feature.of(Name.H).with(run.head()));
        out.accept(feature.of(Name.TH).with(tail).with(BAR).with(run.head()));
        out.accept(feature.of(Name.TK).with(tail).with(BAR).with(shape));
        out.accept(feature.of(Name.KT).with(run1.shape()).with(BAR).with(tail));
        out.accept(
                feature.of(Name.KTHK)
                        .with(run1.shape())
                        .with(BAR)
                        .with(tail)
                        .with(BAR)
                        .with(run.head())
                        .with(BAR)
                        .with(shape));
        out.accept(
                feature.of(Name.TKN)
                        .with(tail)
                        .with(BAR)
                        .with(shape)
                        .with(BAR)
                        .with(after.shape()));
        out.accept(
                feature.of(Name.TKT).with(tail).with(BAR).with(shape).with(BAR).with(run.tail()));
        out.accept(
                feature.of(Name.TKL)
                        .with(tail)
                        .with(BAR)
                        .with(shape)
                        .with(BAR)
                        .with(run1.length()));
    }

    private void words(RunForms run1, RunForms run, RunForms after, Consumer<Feature> out) {
        Form tail = run1.tail();
        Form lower1 = run1.core().lower();
        Form lower = run.core().lower();
        Form shape = run.shape();
        out.accept(feature.of(Name.R1).with(run1.run()));
        out.accept(feature.of(Name.R).with(run.run()));
        out.accept(feature.of(Name.LT).with(lower1).with(BAR).with(tail));
        out.accept(feature.of(Name.TL).with(tail).with(BAR).with(lower));
        out.accept(feature.of(Name.LL).with(lower1).with(BAR).with(lower));
        out.accept(
                feature.of(Name.LKK)
                        .with(lower)
                        .with(BAR)
                        .with(shape)
                        .with(BAR)
                        .with(run1.shape()));
        out.accept(
                feature.of(Name.NTK)
                        .with(after.core().lower())
                        .with(BAR)
                        .with(tail)
                        .with(BAR)
                        .with(shape));
        out.accept(
                feature.of(Name.STK)
                        .with(run1.core().last(2))
                        .with(BAR)
                        .with(tail)
                        .with(BAR)
                        .with(shape));
    }

    private void clusters(
            RunForms run2, RunForms run1, RunForms run, RunForms after, Consumer<Feature> out) {
        Form tail = run1.tail();
        Form cluster1 = run1.core().cluster();
        Form cluster = run.core().cluster();
        Form shape = run.shape();
        out.accept(feature.of(Name.TC).with(tail).with(BAR).with(cluster));
        out.accept(feature.of(Name.CTK).with(cluster1).with(BAR).with(tail).with(BAR).with(shape));
        out.accept(
                feature.of(Name.CCK).with(cluster1).with(BAR).with(cluster).with(BAR).with(shape));
        out.accept(
                feature.of(Name.CTC).with(cluster1).with(BAR).with(tail).with(BAR).with(cluster));
        out.accept(
                feature.of(Name.TCC)
                        .with(tail)
                        .with(BAR)
                        .with(cluster)
                        .with(BAR)
                        .with(after.core().cluster()));
        out.accept(
                feature.of(Name.C2C1)
                        .with(run2.core().cluster())
                        .with(BAR)
                        .with(cluster1)
                        .with(tail)
                        .with(BAR)
                        .with(shape));
        out.accept(
                feature.of(Name.T2KT)
                        .with(run2.tail())
                        .with(BAR)
                        .with(run1.shape())
                        .with(tail)
                        .with(BAR)
                        .with(shape));
    }

    private void place(RunForms run1, RunForms run, Consumer<Feature> out) {
        Form tail = run1.tail();
        Form shape = run.shape();
        Form distance = distance(at - start);
        out.accept(feature.of(Name.TD).with(tail).with(BAR).with(distance));
        out.accept(feature.of(Name.TKD).with(tail).with(BAR).with(shape).with(BAR).with(distance));
        out.accept(
                feature.of(titleCase ? Name.CAPITALS : Name.NO_CAPITALS)
                        .with(tail)
                        .with(BAR)
                        .with(shape));
        out.accept(
                feature.of(at == 1 ? Name.FIRST : Name.LATER)
                        .with(at == runs.length - 1 ? Name.LAST : BAR)
                        .with(tail));
    }

    private RunForms forms(String run) {
        RunForms forms = cache.get(run);
        if (forms == null) {
            forms = RunForms.of(run, words);
            if (run.length() <= MAX_CACHED_CHARS) {
                cache.put(run, forms);
            }
        }
        return forms;
    }

    /** Returns the class of a number of runs since the beginning of the sentence. */
    private static Form distance(int runs) {
        int i = 0;
        while (i + 1 < DISTANCES.length && DISTANCES[i + 1] <= runs) {
            i++;
        }
        return DISTANCE[i];
    }

    private static Form[] distances() {
        Form[] forms = new Form[DISTANCES.length];
        for (int i = 0; i < forms.length; i++) {
            forms[i] = Form.of(Integer.toString(DISTANCES[i]));
        }
        return forms;
    }

    /**
     * The names of the features, which are their first parts: the head (h), lower-case core (l),
     * cluster (c), shape (k), suffix (s) and tail (t) of runs, those of the previous one before
     * those of the current one.
     */
    private static final class Name {
        static final Form C2C1 = Form.of("c2c1tk=");
        static final Form CAPITALS = Form.of("A=");
        static final Form CCK = Form.of("cck=");
        static final Form CTC = Form.of("ctc=");
        static final Form CTK = Form.of("ctk=");
        static final Form FIRST = Form.of("first=");
        static final Form H = Form.of("h=");
        static final Form KT = Form.of("kt=");
        static final Form KTHK = Form.of("kthk=");
        static final Form LAST = Form.of("last|");
        static final Form LATER = Form.of("later=");
        static final Form LKK = Form.of("lkk=");
        static final Form LL = Form.of("ll=");
        static final Form LT = Form.of("lt=");
        static final Form NO_CAPITALS = Form.of("a=");
        static final Form NTK = Form.of("ntk=");
        static final Form R = Form.of("r=");
        static final Form R1 = Form.of("r1=");
        static final Form STK = Form.of("stk=");
        static final Form T = Form.of("t=");
        static final Form T2KT = Form.of("t2ktk=");
        static final Form TC = Form.of("tc=");
        static final Form TCC = Form.of("tcc=");
        static final Form TD = Form.of("td=");
        static final Form TH = Form.of("th=");
        static final Form TK = Form.of("tk=");
        static final Form TKD = Form.of("tkd=");
        static final Form TKL = Form.of("tkl=");
        static final Form TKN = Form.of("tkn=");
        static final Form TKT = Form.of("tkt=");
        static final Form TL = Form.of("tl=");
    }
}
