package org.limelm.annotate.treebank;

/**
 * A syntactic word of a treebank.
 *
 * @param form as it stands in the text
 * @param upos universal part of speech
 * @param xpos fine-grained Penn part of speech
 * @param spaceAfter whether white space follows in the text
 */
public record TreebankToken(String form, String upos, String xpos, boolean spaceAfter) {}
