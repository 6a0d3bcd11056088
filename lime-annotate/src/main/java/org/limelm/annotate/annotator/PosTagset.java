package org.limelm.annotate.annotator;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;

/** The tag set of the feature {@code pos}. */
public enum PosTagset {
    /** The 49 fine-grained Penn tags of the English UD treebanks, as in the paper. */
    XPOS(
            "$ '' , -LRB- -RRB- . : ADD AFX CC CD DT EX FW GW HYPH IN JJ JJR JJS LS MD NFP NN NNP"
                    + " NNPS NNS PDT POS PRP PRP$ RB RBR RBS RP SYM TO UH VB VBD VBG VBN VBP VBZ"
                    + " WDT WP WP$ WRB ``"),
    /** The 17 universal tags. */
    UPOS("ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X");

    @SuppressWarnings("ImmutableEnumChecker") // List.of: immutable, but declared as List
    private final List<String> tags;

    PosTagset(String tags) {
        this.tags = List.of(tags.split(" "));
    }

    /** Returns the tags in id order, from id 1 on; id 0 is {@code NONE}. */
    public List<String> tags() {
        return tags;
    }

    /** Returns the name used in configurations and reports: {@code xpos} or {@code upos}. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the tag set with this label.
     *
     * @throws IllegalArgumentException if there is none
     */
    @JsonCreator
    public static PosTagset of(String label) {
        for (PosTagset tagset : values()) {
            if (tagset.label().equals(label)) {
                return tagset;
            }
        }
        throw new IllegalArgumentException("Unknown tag set '" + label + "'. Known: xpos, upos");
    }
}
