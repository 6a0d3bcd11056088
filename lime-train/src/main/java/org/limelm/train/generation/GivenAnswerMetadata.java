package org.limelm.train.generation;

import java.util.ArrayList;
import java.util.List;
import org.limelm.annotate.pipeline.DocumentAnnotator;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.text.TaggedPieces;
import org.limelm.model.generate.MetadataSource;
import org.limelm.train.arm.Arm;

/**
 * The annotator's tags for the tokens of a prompt, and constant given tags for the tokens after it.
 * With shift s, position i reads the tags of token i + s; the end of text reads NONE, as in
 * training.
 */
final class GivenAnswerMetadata implements MetadataSource {
    private final List<int[]> prompt; // tags per token of the prompt, one per table
    private final int[] answer;
    private final int shift;
    private final int endOfText;
    private int position;

    private GivenAnswerMetadata(List<int[]> prompt, int[] answer, int shift, int endOfText) {
        this.prompt = prompt;
        this.answer = answer;
        this.shift = shift;
        this.endOfText = endOfText;
    }

    /** Starts a text: annotates its prompt. */
    static GivenAnswerMetadata of(
            TrainedModel model, String prompt, MetadataChoice.GivenAnswer choice) {
        Arm arm = model.provenance().arm();
        MetadataSchema tables = model.decoder().tables();
        int[] answer = new int[tables.size()];
        for (int table = 0; table < answer.length; table++) {
            answer[table] = tables.features().get(table).id(choice.tags().get(table));
        }
        return new GivenAnswerMetadata(
                promptTags(model, prompt, choice),
                answer,
                arm.shift(),
                model.tokenizer().endOfTextId());
    }

    private static List<int[]> promptTags(
            TrainedModel model, String prompt, MetadataChoice.GivenAnswer choice) {
        List<String> tables = model.decoder().tables().names();
        if (prompt.isEmpty()) {
            return List.of(new int[tables.size()]); // the end-of-text token that starts a document
        }
        TaggedPieces pieces =
                new DocumentAnnotator(
                                model.annotators(),
                                model.tokenizer(),
                                choice.prompt(),
                                model.provenance().arm().split())
                        .annotate(prompt)
                        .pieces();
        MetadataSchema annotated = model.annotators().schema();
        List<int[]> tags = new ArrayList<>();
        for (int i = 0; i < pieces.size() - 1; i++) { // without the end of text
            int[] here = new int[tables.size()];
            for (int table = 0; table < here.length; table++) {
                here[table] = pieces.tags().get(annotated.indexOf(tables.get(table)))[i];
            }
            tags.add(here);
        }
        return tags;
    }

    @Override
    public int[] tagsFor(int token) {
        int described = position++ + shift;
        if (token == endOfText || described < 0) {
            return new int[answer.length]; // NONE
        }
        return described < prompt.size() ? prompt.get(described) : answer.clone();
    }
}
