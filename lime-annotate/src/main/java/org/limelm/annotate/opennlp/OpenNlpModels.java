package org.limelm.annotate.opennlp;

import opennlp.tools.namefind.TokenNameFinderModel;
import opennlp.tools.postag.POSModel;
import opennlp.tools.sentdetect.SentenceModel;
import opennlp.tools.tokenize.TokenizerModel;

/**
 * The models of the {@code full} annotator; immutable, shared by all threads.
 *
 * @param sentences ends of sentences
 * @param tokens boundaries inside runs without white space
 * @param pos parts of speech, of one tag set
 * @param entities named entities
 */
public record OpenNlpModels(
        SentenceModel sentences,
        TokenizerModel tokens,
        POSModel pos,
        TokenNameFinderModel entities) {}
