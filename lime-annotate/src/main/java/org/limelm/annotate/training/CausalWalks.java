package org.limelm.annotate.training;

import java.util.function.Function;
import org.limelm.annotate.causal.CausalFeatures;
import org.limelm.annotate.causal.CausalModels;
import org.limelm.annotate.causal.LeftContext;
import org.limelm.annotate.internal.words.TagTransitions;
import org.limelm.annotate.internal.words.WordClusters;
import org.limelm.annotate.treebank.EntitySentence;
import org.limelm.annotate.treebank.TreebankSentence;
import org.limelm.annotate.treebank.TreebankToken;

/** Decides the boundaries and tags of pieces of text, as the causal annotator does. */
final class CausalWalks {
    private CausalWalks() {}

    /** Returns a walk that decides where linguistic tokens begin in runs without whitespace. */
    static SequencePerceptron.Walk<TreebankSentence> boundaries(
            WordClusters clusters, PieceCutter cutter) {
        return new TreebankWalk(clusters, cutter, TreebankToken::xpos, Kind.BOUNDARY);
    }

    /** Returns a walk that decides the parts of speech of partial words. */
    static SequencePerceptron.Walk<TreebankSentence> pos(
            WordClusters clusters, PieceCutter cutter, Function<TreebankToken, String> tag) {
        return new TreebankWalk(clusters, cutter, tag, Kind.POS);
    }

    /** Returns a walk that decides the entity tags of partial words. */
    static SequencePerceptron.Walk<EntitySentence> entities(
            WordClusters clusters, PieceCutter cutter) {
        return new EntityWalk(clusters, cutter);
    }

    private enum Kind {
        BOUNDARY,
        POS
    }

    /** Traverses a treebank's documents. */
    private static final class TreebankWalk implements SequencePerceptron.Walk<TreebankSentence> {
        private final PieceCutter cutter;
        private final Function<TreebankToken, String> tag;
        private final Kind kind;
        private final CausalFeatures features;
        private LeftContext context = new LeftContext();
        private boolean attached;
        private String pos = ""; // of the word before
        private long occurrence;

        TreebankWalk(
                WordClusters clusters,
                PieceCutter cutter,
                Function<TreebankToken, String> tag,
                Kind kind) {
            this.features = new CausalFeatures(clusters);
            this.cutter = cutter;
            this.tag = tag;
            this.kind = kind;
        }

        @Override
        public void accept(TreebankSentence sentence, SequencePerceptron.Decisions decisions) {
            if (sentence.startsDocument()) {
                context = new LeftContext();
                attached = false;
                pos = "";
            }
            boolean paragraph = sentence.startsParagraph();
            for (TreebankToken token : sentence.tokens()) {
                word(token, paragraph, decisions);
                paragraph = false;
            }
        }

        private void word(
                TreebankToken token, boolean paragraph, SequencePerceptron.Decisions decisions) {
            String gold = tag.apply(token);
            String before = pos;
            boolean first = true;
            for (String chunk : cutter.cut(token.form(), occurrence++)) {
                if (first && !before.isEmpty()) {
                    if (attached && kind == Kind.BOUNDARY) {
                        boundary(CausalModels.BEGIN, chunk, decisions);
                    }
                    context.endWord(before, TagTransitions.OUTSIDE);
                }
                if (first) {
                    context.beginWord(attached, paragraph);
                } else if (kind == Kind.BOUNDARY) {
                    boundary(CausalModels.CONTINUE, chunk, decisions);
                }
                context.append(chunk);
                pos = gold;
                if (kind == Kind.POS) {
                    features.pos(context, decisions);
                    pos = decisions.decide(gold, before);
                }
                first = false;
            }
            attached = !token.spaceAfter();
        }

        private void boundary(
                String outcome, String chunk, SequencePerceptron.Decisions decisions) {
            features.boundary(context, chunk, decisions);
            decisions.decide(outcome, TagTransitions.OUTSIDE);
        }
    }

    /** Traverses the documents of an entity file. */
    private static final class EntityWalk implements SequencePerceptron.Walk<EntitySentence> {
        private final PieceCutter cutter;
        private final CausalFeatures features;
        private LeftContext context = new LeftContext();
        private long occurrence;

        EntityWalk(WordClusters clusters, PieceCutter cutter) {
            this.features = new CausalFeatures(clusters);
            this.cutter = cutter;
        }

        @Override
        public void accept(EntitySentence sentence, SequencePerceptron.Decisions decisions) {
            if (sentence.startsDocument()) {
                context = new LeftContext();
            }
            for (int i = 0; i < sentence.words().size(); i++) {
                String gold = sentence.tags().get(i);
                String tag = gold;
                context.beginWord(false, false);
                for (String chunk : cutter.cut(sentence.words().get(i), occurrence++)) {
                    context.append(chunk);
                    features.entity(context, decisions);
                    tag = decisions.decide(gold, context.entity1());
                }
                context.endWord(TagTransitions.OUTSIDE, tag);
            }
        }
    }
}
