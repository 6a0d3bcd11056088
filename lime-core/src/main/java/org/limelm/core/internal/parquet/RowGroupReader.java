package org.limelm.core.internal.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.VersionParser;
import org.apache.parquet.VersionParser.ParsedVersion;
import org.apache.parquet.VersionParser.VersionParseException;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReaderImpl;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.limelm.core.LimeException;

/**
 * Assembles the rows of a row group from the leaves of its columns, by their repetition and
 * definition levels (Melnik et al. 2010, Dremel, section 4.2).
 */
final class RowGroupReader {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ParsedVersion UNKNOWN_WRITER = new ParsedVersion("unknown", "0", "");

    private final String where;
    private final IdentityHashMap<SchemaNode, ColumnReader> leaves = new IdentityHashMap<>();
    private long rows;

    /**
     * Opens the chosen columns.
     *
     * @param where file and row group, for messages
     */
    RowGroupReader(
            String where,
            FileChannel channel,
            RowGroup group,
            List<SchemaNode> chosen,
            int maxRatio,
            Optional<String> createdBy) {
        this.where = where;
        this.rows = group.getNum_rows();
        if (rows == 0) {
            return;
        }
        ParsedVersion writer = createdBy.map(RowGroupReader::version).orElse(UNKNOWN_WRITER);
        Map<List<String>, ColumnChunk> chunks = new HashMap<>();
        group.getColumns()
                .forEach(chunk -> chunks.put(chunk.getMeta_data().getPath_in_schema(), chunk));
        for (SchemaNode leaf : chosen.stream().flatMap(SchemaNode::leaves).toList()) {
            ColumnDescriptor column = leaf.leaf().orElseThrow();
            ColumnChunk chunk = chunks.get(List.of(column.getPath()));
            if (chunk == null) {
                throw new LimeException(damage(column, "it is missing in the row group"));
            }
            leaves.put(leaf, open(channel, chunk.getMeta_data(), column, maxRatio, writer));
        }
    }

    private ColumnReader open(
            FileChannel channel,
            ColumnMetaData chunk,
            ColumnDescriptor column,
            int maxRatio,
            ParsedVersion writer) {
        if (!PageCodec.isSupported(chunk.getCodec())) {
            throw new LimeException(
                    "[%s, column %s] compression %s, expected zstd, snappy, gzip, lz4_raw or none. Hint: write it again with zstd"
                            .formatted(where, name(column), chunk.getCodec()));
        }
        long start = chunk.getData_page_offset();
        if (chunk.isSetDictionary_page_offset() && chunk.getDictionary_page_offset() > 0) {
            start = Math.min(start, chunk.getDictionary_page_offset());
        }
        try {
            ChannelSlice bytes = new ChannelSlice(channel, start, chunk.getTotal_compressed_size());
            return new ColumnReaderImpl(
                    column,
                    new ColumnPages(bytes, chunk, maxRatio),
                    new PrimitiveConverter() {},
                    writer);
        } catch (RuntimeException e) {
            throw new LimeException(damage(column, String.valueOf(e.getMessage())), e);
        }
    }

    private static ParsedVersion version(String createdBy) {
        try {
            return VersionParser.parse(createdBy);
        } catch (VersionParseException | RuntimeException e) {
            return UNKNOWN_WRITER;
        }
    }

    boolean hasNext() {
        return rows > 0;
    }

    void endRow() {
        rows--;
    }

    /** Reads the value of a column in the current row. */
    JsonNode read(SchemaNode column) {
        try {
            return column.repeated() ? items(column) : value(column);
        } catch (LimeException e) {
            throw e;
        } catch (RuntimeException e) {
            ColumnDescriptor leaf = column.firstLeaf().leaf().orElseThrow();
            throw new LimeException(damage(leaf, String.valueOf(e.getMessage())), e);
        }
    }

    private JsonNode value(SchemaNode node) {
        if (isAbsent(node)) {
            skip(node);
            return JSON.nullNode();
        }
        return present(node);
    }

    private JsonNode present(SchemaNode node) {
        if (node.leaf().isPresent()) {
            ColumnReader reader = leaf(node);
            JsonNode value = primitive(reader);
            reader.consume();
            return value;
        }
        if (node.isList()) {
            return items(node.children().get(0));
        }
        ObjectNode object = JSON.objectNode();
        for (SchemaNode child : node.children()) {
            object.set(child.name(), child.repeated() ? items(child) : value(child));
        }
        return object;
    }

    private ArrayNode items(SchemaNode repeated) {
        ArrayNode items = JSON.arrayNode();
        if (isAbsent(repeated)) {
            skip(repeated);
            return items;
        }
        ColumnReader first = leaf(repeated.firstLeaf());
        do {
            items.add(repeated.wrapsItem() ? value(repeated.children().get(0)) : present(repeated));
        } while (first.getCurrentRepetitionLevel() == repeated.repetition());
        return items;
    }

    private boolean isAbsent(SchemaNode node) {
        return leaf(node.firstLeaf()).getCurrentDefinitionLevel() < node.definition();
    }

    private void skip(SchemaNode node) {
        node.leaves().forEach(leaf -> leaf(leaf).consume());
    }

    private ColumnReader leaf(SchemaNode node) {
        ColumnReader reader = leaves.get(node);
        if (reader == null) {
            throw new IllegalStateException("column " + node.name() + " is not open");
        }
        return reader;
    }

    private static JsonNode primitive(ColumnReader reader) {
        return switch (reader.getDescriptor().getPrimitiveType().getPrimitiveTypeName()) {
            case BOOLEAN -> JSON.booleanNode(reader.getBoolean());
            case INT32 -> JSON.numberNode(reader.getInteger());
            case INT64 -> JSON.numberNode(reader.getLong());
            case FLOAT -> JSON.numberNode(reader.getFloat());
            case DOUBLE -> JSON.numberNode(reader.getDouble());
            case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> text(reader.getBinary().toByteBuffer());
        };
    }

    private static JsonNode text(ByteBuffer bytes) {
        try {
            ByteBuffer text = bytes.duplicate();
            return JSON.textNode(StandardCharsets.UTF_8.newDecoder().decode(text).toString());
        } catch (CharacterCodingException e) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            return JSON.binaryNode(copy);
        }
    }

    private String damage(ColumnDescriptor column, String problem) {
        return "["
                + where
                + ", column "
                + name(column)
                + "] damaged: "
                + problem
                + ". Hint: was the download complete? Download or write it again";
    }

    private static String name(ColumnDescriptor column) {
        return "'" + String.join(".", column.getPath()) + "'";
    }
}
