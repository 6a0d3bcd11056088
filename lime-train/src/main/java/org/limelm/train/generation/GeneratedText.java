package org.limelm.train.generation;

import org.limelm.model.generate.Generation;

/**
 * What a model wrote.
 *
 * @param prompt what it was given
 * @param text what it added
 * @param tokens number of tokens it added
 * @param stop why it ended
 * @param slides how often the window over the text moved: 0 where all of it was in the context
 * @param annotation mode of the tags it read: causal, prefix, or none
 * @param origin who supplied them: observed, given, or none
 */
public record GeneratedText(
        String prompt,
        String text,
        int tokens,
        Generation.Stop stop,
        int slides,
        String annotation,
        String origin) {}
