package org.limelm.core.internal.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.limelm.core.LimeException;

/**
 * Reads chosen columns of a parquet file, row by row, in the order of the file. In memory are one
 * page of each chosen column and its dictionary, however large a row group is. For use by one
 * thread.
 *
 * <p>Values become JSON: byte arrays that are UTF-8 are strings, others binary nodes; lists, in
 * each of the forms that writers use, are arrays; other groups are objects; dates and times are the
 * numbers that the file stores.
 */
public final class ParquetRows implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final FileMetaData metadata;
    private final List<SchemaNode> columns;
    private final List<SchemaNode> chosen;
    private final int maxRatio;
    private final AtomicLong consumed;
    private long consumedHere;
    private Optional<RowGroupReader> rowGroup = Optional.empty();
    private int nextRowGroup;
    private long row;

    private ParquetRows(
            Path file,
            FileChannel channel,
            FileMetaData metadata,
            Predicate<String> choice,
            int maxRatio,
            AtomicLong consumed) {
        this.file = file;
        this.channel = channel;
        this.metadata = metadata;
        this.columns = SchemaNode.columns(metadata.getSchema());
        this.chosen = columns.stream().filter(column -> choice.test(column.name())).toList();
        this.maxRatio = maxRatio;
        this.consumed = consumed;
    }

    /**
     * Opens a file.
     *
     * @param choice whether to read the column of a name
     * @param maxRatio maximum factor by which a page may expand
     * @param consumed incremented by the number of bytes of the file that were read or skipped
     * @throws LimeException if it is not a parquet file, truncated, encrypted or damaged
     */
    public static ParquetRows open(
            Path file, Predicate<String> choice, int maxRatio, AtomicLong consumed)
            throws IOException {
        FileChannel channel = FileChannel.open(file);
        try {
            FileMetaData metadata = ParquetFooter.read(file, channel);
            return new ParquetRows(file, channel, metadata, choice, maxRatio, consumed);
        } catch (IOException | LimeException e) {
            channel.close();
            throw e;
        } catch (RuntimeException e) {
            channel.close();
            throw new LimeException(
                    "["
                            + file
                            + "] its schema is damaged: "
                            + e.getMessage()
                            + ". Hint: write it again",
                    e);
        }
    }

    /** Returns the names of all columns. */
    public List<String> columns() {
        return columns.stream().map(SchemaNode::name).toList();
    }

    /**
     * Advances to the next row; returns false at the end.
     *
     * @throws LimeException if the file is damaged; the message names row group, column and page
     */
    public boolean next() {
        while (rowGroup.isEmpty() || !rowGroup.get().hasNext()) {
            advanceProgress();
            if (nextRowGroup == metadata.getRow_groupsSize()) {
                return false;
            }
            RowGroup group = metadata.getRow_groups().get(nextRowGroup);
            rowGroup =
                    Optional.of(
                            new RowGroupReader(
                                    file + ": row group " + nextRowGroup,
                                    channel,
                                    group,
                                    chosen,
                                    maxRatio,
                                    Optional.ofNullable(metadata.getCreated_by())));
            nextRowGroup++;
        }
        row++;
        return true;
    }

    /** Reports the finished part of the file: row groups, read in proportion to their number. */
    private void advanceProgress() {
        try {
            long done = channel.size() * nextRowGroup / Math.max(1, metadata.getRow_groupsSize());
            consumed.addAndGet(done - consumedHere);
            consumedHere = done;
        } catch (IOException e) {
            consumedHere = 0; // progress only
        }
    }

    /**
     * Reads the row that {@link #next} advanced to; call it once.
     *
     * @return the values of the chosen columns, by name
     * @throws LimeException if the file is damaged; the message names row group, column and page
     */
    public Map<String, JsonNode> read() {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        RowGroupReader reader = rowGroup.orElseThrow();
        for (SchemaNode column : chosen) {
            values.put(column.name(), reader.read(column));
        }
        reader.endRow();
        return values;
    }

    /** Returns the number of the row, from 1. */
    public long row() {
        return row;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
