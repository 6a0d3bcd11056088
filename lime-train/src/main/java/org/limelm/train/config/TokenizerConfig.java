package org.limelm.train.config;

import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** The subword tokenizer used to prepare a raw corpus. */
public record TokenizerConfig(
        @Doc("a HuggingFace tokenizer.json; empty = train one on the corpus") String path,
        @Doc("number of tokens of the tokenizer that is trained when no path is given")
                int vocabularySize) {
    /** Checks the size. */
    public TokenizerConfig {
        if (vocabularySize < 257) {
            throw new ConfigException(
                    "[data.tokenizer] vocabularySize "
                            + vocabularySize
                            + ", expected at least 257: 256 bytes and the end of text");
        }
    }

    /** Returns the values of keys that are not given. */
    public static TokenizerConfig defaults() {
        return new TokenizerConfig("", 4096);
    }
}
