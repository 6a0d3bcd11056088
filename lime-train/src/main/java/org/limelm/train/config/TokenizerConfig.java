package org.limelm.train.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** The subword tokenizer used to prepare a raw corpus. */
@RecordBuilder
public record TokenizerConfig(
        @Doc("a HuggingFace tokenizer.json; empty = train one on the corpus") String path,
        @Doc(
                        "the token that ends a document, such as </s>; empty = read from the tokenizer's files")
                String endOfText,
        @Doc("vocabulary size of the tokenizer that is trained if no path is given")
                int vocabularySize)
        implements TokenizerConfigBuilder.With {
    /** Checks the size. */
    public TokenizerConfig {
        if (vocabularySize < 257) {
            throw new ConfigException(
                    "[data.tokenizer] vocabularySize "
                            + vocabularySize
                            + ", expected at least 257: 256 bytes and the end of text");
        }
    }

    /** Returns the default values. */
    public static TokenizerConfig defaults() {
        return TokenizerConfigBuilder.builder().path("").endOfText("").vocabularySize(4096).build();
    }

    /** Returns the end-of-text token, if the configuration names one. */
    public Optional<String> knownEndOfText() {
        return Optional.of(endOfText).filter(token -> !token.isEmpty());
    }
}
