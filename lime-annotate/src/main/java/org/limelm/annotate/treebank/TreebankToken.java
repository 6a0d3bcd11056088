package org.limelm.annotate.treebank;

/**
 * A syntactic word of a treebank.
 *
 * @param form the word as written in the text
 * @param upos universal part of speech
 * @param xpos fine-grained Penn part of speech
 * @param spaceAfter whether whitespace follows in the text
 */
public record TreebankToken(String form, String upos, String xpos, boolean spaceAfter) {}
