package org.limelm.annotate.opennlp;

import java.util.Arrays;
import opennlp.tools.tokenize.TokenizerME;
import opennlp.tools.tokenize.TokenizerModel;
import opennlp.tools.util.Span;
import org.limelm.annotate.full.TokenDetector;
import org.limelm.annotate.full.TokenDetectorModel;

/**
 * A model of OpenNLP's tokenizer.
 *
 * @param model the model
 */
public record OpenNlpTokenModel(TokenizerModel model) implements TokenDetectorModel {
    @Override
    public TokenDetector newDetector() {
        TokenizerME tokenizer = new TokenizerME(model);
        return run ->
                Arrays.stream(tokenizer.tokenizePos(run))
                        .mapToInt(Span::getStart)
                        .skip(1)
                        .toArray();
    }
}
