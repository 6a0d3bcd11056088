package org.limelm.annotate.treebank;

/**
 * A word of a treebank: a syntactic word, or a multiword token that is written in other letters
 * than its words.
 *
 * @param form the word as written in the text
 * @param upos universal part of speech; of a multiword token those of its words, joined by a plus
 * @param xpos fine-grained part of speech, in English of the Penn tag set; joined in the same way
 * @param spaceAfter whether whitespace follows in the text
 */
public record TreebankToken(String form, String upos, String xpos, boolean spaceAfter) {}
