package org.limelm.annotate.opennlp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import opennlp.tools.util.model.BaseModel;
import org.limelm.core.LimeException;

/**
 * Compares the description of a model's features with the default one of its tool, whose features
 * are those that our decoders know.
 */
final class FeatureDescriptors {
    private static final String ENTRY = "generator.featuregen";

    private FeatureDescriptors() {}

    /**
     * Returns whether a model has the features of a description.
     *
     * @param resource a resource of OpenNLP's
     */
    static boolean isDefault(BaseModel model, Class<?> tool, String resource) {
        byte[] own = model.getArtifact(ENTRY);
        if (own == null) {
            return false;
        }
        try (InputStream in = tool.getResourceAsStream(resource)) {
            return in != null && elements(own).equals(elements(in.readAllBytes()));
        } catch (IOException e) {
            throw new LimeException("[" + resource + "] cannot be read: " + e, e);
        }
    }

    /** Returns a description without comments and indentation. */
    private static String elements(byte[] xml) {
        return new String(xml, StandardCharsets.UTF_8)
                .replaceAll("(?s)<!--.*?-->", "")
                .replaceAll("\\s*(<|>)\\s*", "$1")
                .strip();
    }
}
