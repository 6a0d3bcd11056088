package org.limelm.train.config;

import java.util.Optional;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** The subword tokenizer used to prepare a raw corpus. */
public record TokenizerConfig(
        @Doc("a HuggingFace tokenizer.json; empty = train one on the corpus") String path,
        @Doc("the token that ends documents, such as </s>; empty = as the tokenizer's files say")
                String endOfText,
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
        return new TokenizerConfig("", "", 4096);
    }

    /** Returns this with the tokenizer of a file. */
    public TokenizerConfig withPath(String file) {
        return new TokenizerConfig(file, endOfText, vocabularySize);
    }

    /** Returns this with the number of tokens that the tokenizer has. */
    public TokenizerConfig withVocabularySize(int size) {
        return new TokenizerConfig(path, endOfText, size);
    }

    /** Returns the end of text where the configuration names it. */
    public Optional<String> knownEndOfText() {
        return Optional.of(endOfText).filter(token -> !token.isEmpty());
    }
}
