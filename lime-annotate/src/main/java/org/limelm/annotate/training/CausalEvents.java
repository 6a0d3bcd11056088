package org.limelm.annotate.training;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import opennlp.tools.ml.model.Event;
import opennlp.tools.util.ObjectStream;
import org.limelm.annotate.causal.CausalModels;
import org.limelm.annotate.causal.LeftContext;
import org.limelm.annotate.treebank.EntitySentence;
import org.limelm.annotate.treebank.TreebankSentence;
import org.limelm.annotate.treebank.TreebankToken;

/**
 * Training events of the causal classifiers: one per piece, with the features of the text up to
 * that piece. The left context has gold tags.
 */
final class CausalEvents {
    private static final String UNKNOWN = "O";

    private CausalEvents() {}

    /** Returns events for the boundaries of linguistic tokens inside runs without whitespace. */
    static ObjectStream<Event> boundaries(List<TreebankSentence> sentences, PieceCutter cutter) {
        return new QueueStream<>(
                sentences::iterator,
                () -> new TreebankWalk(cutter, TreebankToken::xpos, Kind.BOUNDARY));
    }

    /** Returns events for the parts of speech of partial words. */
    static ObjectStream<Event> pos(
            List<TreebankSentence> sentences,
            PieceCutter cutter,
            Function<TreebankToken, String> tag) {
        return new QueueStream<>(
                sentences::iterator, () -> new TreebankWalk(cutter, tag, Kind.POS));
    }

    /** Returns events for the entity tags of partial words. */
    static ObjectStream<Event> entities(Iterable<EntitySentence> sentences, PieceCutter cutter) {
        return new QueueStream<>(sentences::iterator, () -> new EntityWalk(cutter));
    }

    private enum Kind {
        BOUNDARY,
        POS
    }

    /** Traverses a treebank's documents in the way the annotator traverses a text. */
    private static final class TreebankWalk
            implements BiConsumer<TreebankSentence, Consumer<Event>> {
        private final PieceCutter cutter;
        private final Function<TreebankToken, String> tag;
        private final Kind kind;
        private final FeatureStrings features = new FeatureStrings();
        private LeftContext context = new LeftContext();
        private boolean attached;
        private String before = "";
        private long occurrence;

        TreebankWalk(PieceCutter cutter, Function<TreebankToken, String> tag, Kind kind) {
            this.cutter = cutter;
            this.tag = tag;
            this.kind = kind;
        }

        @Override
        public void accept(TreebankSentence sentence, Consumer<Event> events) {
            if (sentence.startsDocument()) {
                context = new LeftContext();
                attached = false;
                before = "";
            }
            boolean paragraph = sentence.startsParagraph();
            for (TreebankToken token : sentence.tokens()) {
                word(token, paragraph, events);
                paragraph = false;
            }
        }

        private void word(TreebankToken token, boolean paragraph, Consumer<Event> events) {
            boolean first = true;
            for (String chunk : cutter.cut(token.form(), occurrence++)) {
                if (first && !before.isEmpty()) {
                    if (attached && kind == Kind.BOUNDARY) {
                        emit(CausalModels.BEGIN, chunk, events);
                    }
                    context.endWord(before, UNKNOWN);
                }
                if (first) {
                    context.beginWord(attached, paragraph);
                } else if (kind == Kind.BOUNDARY) {
                    emit(CausalModels.CONTINUE, chunk, events);
                }
                context.append(chunk);
                if (kind == Kind.POS) {
                    events.accept(new Event(tag.apply(token), features.pos(context)));
                }
                first = false;
            }
            before = tag.apply(token);
            attached = !token.spaceAfter();
        }

        private void emit(String outcome, String chunk, Consumer<Event> events) {
            events.accept(new Event(outcome, features.boundary(context, chunk)));
        }
    }

    /** Traverses the documents of an entity file. */
    private static final class EntityWalk implements BiConsumer<EntitySentence, Consumer<Event>> {
        private final PieceCutter cutter;
        private final FeatureStrings features = new FeatureStrings();
        private LeftContext context = new LeftContext();
        private long occurrence;

        EntityWalk(PieceCutter cutter) {
            this.cutter = cutter;
        }

        @Override
        public void accept(EntitySentence sentence, Consumer<Event> events) {
            if (sentence.startsDocument()) {
                context = new LeftContext();
            }
            for (int i = 0; i < sentence.words().size(); i++) {
                String tag = sentence.tags().get(i);
                context.beginWord(false, false);
                for (String chunk : cutter.cut(sentence.words().get(i), occurrence++)) {
                    context.append(chunk);
                    events.accept(new Event(tag, features.entity(context)));
                }
                context.endWord(UNKNOWN, tag);
            }
        }
    }
}
