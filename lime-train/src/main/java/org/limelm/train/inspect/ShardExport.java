package org.limelm.train.inspect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.limelm.core.corpus.ConlluMisc;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.Feature;

/** Formats documents of shards for other tools. */
public final class ShardExport {
    private static final String POS = "pos";

    /** A tag that every set of universal tags has, and no set of Penn tags. */
    private static final String UNIVERSAL = "NOUN";

    private final List<Feature> features;

    /** Formats of an export. */
    public enum Format {
        /**
         * One line per document: {@code id}, {@code origin}, {@code text} and {@code pieces}, a
         * list of {@code {"start", "end", <feature>: <tag>}} with positions in Unicode characters;
         * a reader that asks for the field {@code pieces.<feature>} reads them back.
         */
        JSONL,
        /**
         * CoNLL-U with one line per subword piece that is not whitespace, and one block per line of
         * text. The tag of feature {@code pos} is in column XPOS, or UPOS if the tags are
         * universal; the others are in MISC: {@code ner=ORG}.
         */
        CONLLU
    }

    /** Creates an export of documents with the features of their shards. */
    public ShardExport(ShardTexts texts) {
        this.features = texts.schema();
    }

    /** Returns a document in a format, with a newline at the end. */
    public String format(DecodedDocument document, Format format) {
        return switch (format) {
            case JSONL -> jsonLine(document);
            case CONLLU -> conllu(document);
        };
    }

    private String jsonLine(DecodedDocument document) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("id", document.id());
        line.put("origin", document.origin());
        line.put("text", document.text());
        ArrayNode pieces = line.putArray("pieces");
        for (DecodedDocument.Piece piece : document.pieces()) {
            ObjectNode item = pieces.addObject();
            item.put("start", piece.start());
            item.put("end", piece.end());
            for (int f = 0; f < features.size(); f++) {
                if (!piece.tags().get(f).equals(Feature.NONE)) {
                    item.put(features.get(f).name(), piece.tags().get(f));
                }
            }
        }
        return Json.toLine(line) + "\n";
    }

    private String conllu(DecodedDocument document) {
        int[] units = document.text().codePoints().toArray();
        StringBuilder out = new StringBuilder();
        out.append("# newdoc id = ").append(oneLine(document.id())).append('\n');
        out.append("# origin = ").append(oneLine(document.origin())).append('\n');
        int word = 0;
        int end = 0;
        for (DecodedDocument.Piece piece : document.pieces()) {
            int from = Math.max(piece.start(), end); // further parts of a character are not words
            boolean lineEnd = false;
            while (from < piece.end() && Character.isWhitespace(units[from])) {
                lineEnd |= units[from++] == '\n';
            }
            end = Math.max(end, piece.end());
            if (lineEnd && word > 0) {
                out.append('\n');
                word = 0;
            }
            int to = piece.end();
            while (to > from && Character.isWhitespace(units[to - 1])) {
                to--;
            }
            if (from < to) {
                boolean glued =
                        to == piece.end()
                                && to < units.length
                                && !Character.isWhitespace(units[to]);
                String form = new String(units, from, to - from).replaceAll("\\s", "\u2423");
                out.append(word(++word, form, piece.tags(), glued));
            }
        }
        return out.append('\n').toString();
    }

    private String word(int number, String form, List<String> tags, boolean glued) {
        String upos = "_";
        String xpos = "_";
        List<String> misc = new ArrayList<>();
        for (int f = 0; f < features.size(); f++) {
            Feature feature = features.get(f);
            String tag = tags.get(f);
            if (tag.equals(Feature.NONE)) {
                continue;
            }
            if (!feature.name().equals(POS)) {
                misc.add(ConlluMisc.entry(feature.name(), tag));
            } else if (feature.tags().contains(UNIVERSAL)) {
                upos = tag;
            } else {
                xpos = tag;
            }
        }
        if (glued) {
            misc.add("SpaceAfter=No");
        }
        return String.join(
                        "\t",
                        Integer.toString(number),
                        form,
                        "_",
                        upos,
                        xpos,
                        "_",
                        "_",
                        "_",
                        "_",
                        Optional.of(String.join("|", misc)).filter(m -> !m.isEmpty()).orElse("_"))
                + "\n";
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }
}
