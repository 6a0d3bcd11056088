package org.limelm.annotate.internal.words;

import java.util.function.Consumer;
import org.limelm.annotate.internal.classifier.Feature;
import org.limelm.annotate.internal.classifier.Form;

/**
 * The features that decide where linguistic tokens begin inside a run without whitespace, from left
 * to right, in training and in annotation. For use by one thread.
 */
public final class TokenStartFeatures {
    private static final Form BAR = Form.of("|");
    private static final int MAX_AROUND = 4; // characters on either side
    private static final int MAX_STARTS = 3;

    private final Feature feature = new Feature();
    private Form run = Form.of("");
    private Form lower = run;
    private Form kinds = run;
    private Form shape = run;
    private int at;
    private int start; // of the token
    private int starts;

    /** Creates features. */
    public TokenStartFeatures() {}

    /** Begins a run. Its first decision is about its second UTF-16 code unit. */
    public void startRun(String text) {
        String normalized = WordForms.normalize(text);
        run = Form.of(text);
        lower = normalized.length() == text.length() ? Form.of(normalized) : run;
        kinds = Form.of(kinds(text));
        shape = Form.of(WordForms.shape(text));
        at = 1;
        start = 0;
        starts = 0;
    }

    /** Returns whether there is a code unit to decide about. */
    public boolean hasNext() {
        return at < run.length();
    }

    /** Returns the index of the next code unit to decide about. */
    public int index() {
        return at;
    }

    /** Ends the decision about a code unit. */
    public void decided(boolean begins) {
        if (begins) {
            start = at;
            starts++;
        }
        at++;
    }

    /** Passes on the features of the next decision. */
    public void next(Consumer<Feature> out) {
        Form left1 = left(lower, 1);
        Form right1 = right(lower, 1);
        Form leftKind = left(kinds, 1);
        Form rightKind = right(kinds, 1);
        characters(left1, right1, leftKind, rightKind, out);
        parts(left1, right1, leftKind, rightKind, out);
    }

    private void characters(
            Form left1, Form right1, Form leftKind, Form rightKind, Consumer<Feature> out) {
        Form left2 = left(lower, 2);
        Form right2 = right(lower, 2);
        Form left3 = left(lower, 3);
        Form right3 = right(lower, 3);
        out.accept(feature.of(Name.ALWAYS));
        out.accept(feature.of(Name.L1).with(left1));
        out.accept(feature.of(Name.R1).with(right1));
        out.accept(feature.of(Name.L1R1).with(left1).with(right1));
        out.accept(feature.of(Name.L2).with(left2));
        out.accept(feature.of(Name.R2).with(right2));
        out.accept(feature.of(Name.L2R1).with(left2).with(BAR).with(right1));
        out.accept(feature.of(Name.L1R2).with(left1).with(BAR).with(right2));
        out.accept(feature.of(Name.L2R2).with(left2).with(BAR).with(right2));
        out.accept(feature.of(Name.L3R3).with(left3).with(BAR).with(right3));
        out.accept(feature.of(Name.L3).with(left3).with(BAR).with(rightKind));
        out.accept(feature.of(Name.R3).with(right3).with(BAR).with(leftKind));
        for (int n = 1; n <= MAX_AROUND; n++) {
            out.accept(
                    feature.of(Name.KINDS[n]).with(left(kinds, n)).with(BAR).with(right(kinds, n)));
        }
    }

    private void parts(
            Form left1, Form right1, Form leftKind, Form rightKind, Consumer<Feature> out) {
        Form token = lower.part(start, at);
        Form rest = lower.part(at, lower.length());
        Form tokenShape = Form.of(WordForms.shape(run.part(start, at).toString()));
        Form restShape = Form.of(WordForms.shape(run.part(at, run.length()).toString()));
        Form restLength = Form.of(Integer.toString(rest.length()));
        Form position = Form.of(Integer.toString(at));
        out.accept(feature.of(Name.TOKEN).with(token).with(BAR).with(right1));
        out.accept(feature.of(Name.REST).with(rest).with(BAR).with(left1));
        out.accept(feature.of(Name.TOKEN_REST).with(token).with(BAR).with(rest));
        out.accept(feature.of(Name.PREFIX).with(lower.part(0, at)).with(BAR).with(right1));
        out.accept(feature.of(Name.RUN).with(lower).with(BAR).with(position));
        out.accept(feature.of(Name.SHAPE).with(shape).with(BAR).with(left1).with(right1));
        out.accept(feature.of(Name.TOKEN_SHAPE).with(tokenShape).with(BAR).with(rightKind));
        out.accept(feature.of(Name.REST_SHAPE).with(restShape).with(BAR).with(leftKind));
        out.accept(feature.of(Name.SHAPES).with(tokenShape).with(BAR).with(restShape));
        out.accept(feature.of(Name.SHAPE_REST).with(tokenShape).with(BAR).with(rest));
        out.accept(
                feature.of(rest.length() == 1 ? Name.TOKEN_LAST : Name.TOKEN_NOT_LAST)
                        .with(token)
                        .with(BAR)
                        .with(right1));
        out.accept(
                feature.of(Name.STARTS[Math.min(starts, MAX_STARTS)])
                        .with(Form.of(Integer.toString(at - start)))
                        .with(BAR)
                        .with(leftKind)
                        .with(rightKind));
        out.accept(feature.of(Name.LENGTH).with(restLength).with(BAR).with(left1).with(right1));
    }

    private Form left(Form text, int count) {
        return text.part(Math.max(0, at - count), at);
    }

    private Form right(Form text, int count) {
        return text.part(at, Math.min(text.length(), at + count));
    }

    private static String kinds(String text) {
        StringBuilder kinds = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            kinds.append(WordForms.kind(text.charAt(i)));
        }
        return kinds.toString();
    }

    /** The names of the features, which are their first parts. */
    private static final class Name {
        static final Form ALWAYS = Form.of("always");
        static final Form[] KINDS = numbered("k", MAX_AROUND);
        static final Form L1 = Form.of("l1=");
        static final Form L1R1 = Form.of("l1r1=");
        static final Form L1R2 = Form.of("l1r2=");
        static final Form L2 = Form.of("l2=");
        static final Form L2R1 = Form.of("l2r1=");
        static final Form L2R2 = Form.of("l2r2=");
        static final Form L3 = Form.of("l3=");
        static final Form L3R3 = Form.of("l3r3=");
        static final Form LENGTH = Form.of("length=");
        static final Form PREFIX = Form.of("prefix=");
        static final Form R1 = Form.of("r1=");
        static final Form R2 = Form.of("r2=");
        static final Form R3 = Form.of("r3=");
        static final Form REST = Form.of("rest=");
        static final Form REST_SHAPE = Form.of("rs=");
        static final Form RUN = Form.of("run=");
        static final Form SHAPE = Form.of("shape=");
        static final Form SHAPE_REST = Form.of("ts,rest=");
        static final Form SHAPES = Form.of("ts,rs=");
        static final Form[] STARTS = numbered("starts", MAX_STARTS);
        static final Form TOKEN = Form.of("token=");
        static final Form TOKEN_LAST = Form.of("token,last=");
        static final Form TOKEN_NOT_LAST = Form.of("token,more=");
        static final Form TOKEN_REST = Form.of("token,rest=");
        static final Form TOKEN_SHAPE = Form.of("ts=");

        private static Form[] numbered(String name, int count) {
            Form[] forms = new Form[count + 1];
            for (int i = 0; i < forms.length; i++) {
                forms[i] = Form.of(name + i + "=");
            }
            return forms;
        }
    }
}
