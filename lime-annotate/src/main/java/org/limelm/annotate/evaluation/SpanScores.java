package org.limelm.annotate.evaluation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.limelm.annotate.annotator.AnnotatorStages;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.annotator.TextSpan;
import org.limelm.annotate.models.TrainedAnnotators;

/** Scores for token and sentence boundaries in raw text; a span is correct if both ends match. */
final class SpanScores {
    private SpanScores() {}

    static Agreement tokens(List<GoldDocument> documents, TrainedAnnotators annotators) {
        LinguisticAnnotator annotator = annotators.newLinguisticAnnotator();
        Agreement agreement = new Agreement();
        for (GoldDocument document : documents) {
            List<TextSpan> found =
                    annotator.annotate(document.text()).stream()
                            .map(token -> new TextSpan(token.start(), token.end()))
                            .toList();
            compare(document.tokenSpans(), found, agreement);
        }
        return agreement;
    }

    static Agreement sentences(List<GoldDocument> documents, TrainedAnnotators annotators) {
        AnnotatorStages stages = annotators.newStages();
        Agreement agreement = new Agreement();
        for (GoldDocument document : documents) {
            compare(document.sentenceSpans(), stages.sentences(document.text()), agreement);
        }
        return agreement;
    }

    private static void compare(List<TextSpan> gold, List<TextSpan> found, Agreement agreement) {
        Set<TextSpan> goldSpans = new HashSet<>(gold);
        gold.forEach(span -> agreement.gold());
        for (TextSpan span : found) {
            agreement.found();
            if (goldSpans.contains(span)) {
                agreement.correct();
            }
        }
    }
}
