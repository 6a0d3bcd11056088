package org.limelm.annotate.training;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import opennlp.tools.util.ObjectStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns each item of a source into any number of training samples, lazily.
 *
 * @param <S> items
 * @param <T> samples
 */
final class QueueStream<S, T> implements ObjectStream<T> {
    private final Supplier<Iterator<S>> source;
    private final Supplier<BiConsumer<S, Consumer<T>>> expansion;
    private final Deque<T> queue = new ArrayDeque<>();
    private Iterator<S> items;
    private BiConsumer<S, Consumer<T>> expand;

    /**
     * Creates a stream.
     *
     * @param source opens the items from the beginning
     * @param expansion creates a new expander, which may keep state between items
     */
    QueueStream(Supplier<Iterator<S>> source, Supplier<BiConsumer<S, Consumer<T>>> expansion) {
        this.source = source;
        this.expansion = expansion;
        this.items = source.get();
        this.expand = expansion.get();
    }

    @Override
    public @Nullable T read() {
        while (queue.isEmpty() && items.hasNext()) {
            expand.accept(items.next(), queue::add);
        }
        return queue.poll();
    }

    @Override
    public void reset() throws IOException {
        queue.clear();
        items = source.get();
        expand = expansion.get();
    }

    @Override
    public void close() {}
}
