package org.limelm.train.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.core.text.TaggedPieces;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.MetadataConfig;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.TestCorpus;
import org.limelm.train.arm.Arm;
import org.limelm.train.data.EvaluationRows;
import org.limelm.train.data.MemoryTokenSource;
import org.limelm.train.data.RowLayout;

/** Checks with loader and model which tags affect which predictions. */
class PerturbationTest {
    private static final int T = TestCorpus.CONTEXT;
    private static final TaggedPieces DOCUMENT = TestCorpus.document("Abc 12 Def 34 gh");

    private static ModelConfig withRandomTables() {
        ModelConfig model = TestCorpus.model();
        return model.withMetadata(
                new MetadataConfig(
                        MetadataConfig.WeightMode.FIXED, 1, MetadataConfig.TableInit.NORMAL, 1));
    }

    private static TaggedPieces withOtherTagsFrom(int first) {
        Random random = new Random(first);
        int[] pos = DOCUMENT.tags().get(0).clone();
        int[] ner = DOCUMENT.tags().get(1).clone();
        for (int i = first; i < pos.length; i++) {
            pos[i] = (pos[i] + 1 + random.nextInt(3)) % 4;
            ner[i] = 1 - ner[i];
        }
        return new TaggedPieces(DOCUMENT.tokens(), DOCUMENT.byteLengths(), List.of(pos, ner));
    }

    private static float[] logits(LimeDecoder model, Arm arm, TaggedPieces document) {
        RowLayout layout = RowLayout.of(arm, TestCorpus.SCHEMA, T, false);
        MemoryTokenSource source = new MemoryTokenSource(TestCorpus.SCHEMA, List.of(document));
        try (NDManager scope = NDManager.newBaseManager()) {
            return model.logits(
                            EvaluationRows.all("x", source, layout, TestCorpus.END_OF_TEXT)
                                    .batches(1, 0)
                                    .iterator()
                                    .next()
                                    .toBatch(scope),
                            scope)
                    .toFloatArray();
        }
    }

    /** Changes the tags from position p on: the first prediction that may differ is p − shift. */
    @ParameterizedTest
    @CsvSource({
        "lime, 0",
        "lime+1, 1",
        "lime-pos, 0",
        "lime-ner, 0",
        "baseline, 99",
        "lime(shift=-1), -1",
        "lime(shift=-2), -2",
        "lime(shift=3), 3"
    })
    void tagsAffectOnlyPredictionsFromTheirShiftedPositionOn(Arm arm, int shift) {
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model =
                        LimeDecoder.create(
                                withRandomTables(),
                                arm.tables(TestCorpus.SCHEMA),
                                Precision.F32,
                                Recompute.NONE,
                                manager,
                                3)) {
            float[] before = logits(model, arm, DOCUMENT);
            int vocabulary = TestCorpus.VOCABULARY;
            for (int p = Math.max(2, shift % 99); p < T + Math.min(0, shift); p++) {
                float[] after = logits(model, arm, withOtherTagsFrom(p));
                if (!arm.hasTables()) {
                    assertThat(after).isEqualTo(before);
                    continue;
                }
                int first = (p - shift) * vocabulary;
                assertThat(Arrays.copyOf(after, first)).isEqualTo(Arrays.copyOf(before, first));
                assertThat(Arrays.copyOfRange(after, first, first + vocabulary))
                        .isNotEqualTo(Arrays.copyOfRange(before, first, first + vocabulary));
            }
        }
    }
}
