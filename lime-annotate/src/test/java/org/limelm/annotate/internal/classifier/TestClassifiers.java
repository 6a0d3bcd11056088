package org.limelm.annotate.internal.classifier;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import opennlp.tools.ml.model.AbstractModel;
import opennlp.tools.ml.model.BinaryFileDataReader;
import opennlp.tools.ml.model.GenericModelReader;
import opennlp.tools.ml.model.GenericModelWriter;

/** Models of OpenNLP, and what is read of their files. */
public final class TestClassifiers {
    private TestClassifiers() {}

    /** Returns what is read of the file of a model. */
    public static LinearModel of(AbstractModel model) {
        try {
            return LinearModel.read(new ByteArrayInputStream(file(model)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the file of a model. */
    static byte[] file(AbstractModel model) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new GenericModelWriter(model, new DataOutputStream(bytes)).persist();
        return bytes.toByteArray();
    }

    /** Returns what OpenNLP reads of a file. */
    static AbstractModel read(byte[] file) throws IOException {
        return new GenericModelReader(new BinaryFileDataReader(new ByteArrayInputStream(file)))
                .getModel();
    }
}
