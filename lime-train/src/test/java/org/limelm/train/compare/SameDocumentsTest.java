package org.limelm.train.compare;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.Alignment;
import org.limelm.core.text.TaggedPieces;
import org.limelm.train.TestCorpus;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.RunConfig;

class SameDocumentsTest {
    private static final List<TaggedPieces> DOCUMENTS = TestCorpus.documents(10, 1);

    @TempDir private Path folder;

    @Test
    void shardsOfDifferentSplitsMayHoldTheSameDocuments() {
        RunConfig baseline = run(Arm.BASELINE, "linguistic", DOCUMENTS);
        RunConfig plain = run(Arm.PLAIN, "plain", DOCUMENTS);
        assertThatCode(() -> SameDocuments.require(List.of(baseline, plain, baseline)))
                .doesNotThrowAnyException();
    }

    @Test
    void aDocumentThatOneArmLacksIsFoundBeforeTheTraining() {
        RunConfig baseline = run(Arm.BASELINE, "linguistic", DOCUMENTS);
        RunConfig plain = run(Arm.PLAIN, "plain", DOCUMENTS.subList(0, 9));
        assertThatThrownBy(() -> SameDocuments.require(List.of(baseline, plain)))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll(
                        "the shards of baseline and of plain",
                        "10 documents (",
                        folder.resolve("linguistic").toString(),
                        "9 (",
                        folder.resolve("plain").toString());
    }

    @Test
    void documentsOfTheSameNamesWithOtherTextAreFound() {
        List<TaggedPieces> changed = new ArrayList<>(DOCUMENTS);
        changed.set(3, TestCorpus.document("Another text."));
        RunConfig baseline = run(Arm.BASELINE, "linguistic", DOCUMENTS);
        RunConfig plain = run(Arm.PLAIN, "plain", changed);
        assertThatThrownBy(() -> SameDocuments.require(List.of(baseline, plain)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("do not hold the same documents");
    }

    @Test
    void evaluationDataIsCheckedToo() {
        RunConfig baseline = run(Arm.BASELINE, "shards", DOCUMENTS);
        Path one = write("one", Alignment.LINGUISTIC, DOCUMENTS);
        Path two = write("two", Alignment.LINGUISTIC, DOCUMENTS.subList(1, 10));
        assertThatThrownBy(
                        () ->
                                SameDocuments.require(
                                        List.of(
                                                validated(baseline, one),
                                                validated(baseline, two))))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll(one.toString(), two.toString());
    }

    private RunConfig run(Arm arm, String name, List<TaggedPieces> documents) {
        Path shards = write(name, arm.split(), documents);
        return TestCorpus.run(shards, folder.resolve("run"), 1, 1).withArm(arm);
    }

    private static RunConfig validated(RunConfig run, Path shards) {
        return run.withData(run.data().withValidation(List.of(shards)));
    }

    private Path write(String name, Alignment alignment, List<TaggedPieces> documents) {
        return TestCorpus.write(
                folder.resolve(name), documents, AnnotationMode.CAUSAL, alignment, "aa");
    }
}
