package org.limelm.core.tensorfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.limelm.core.LimeException;
import org.limelm.core.io.IoErrors;
import org.limelm.core.tensorfile.SafetensorsHeader.MalformedHeader;

/**
 * A memory-mapped safetensors file; reads are thread-safe.
 *
 * <p>The format, all numbers little-endian:
 *
 * <ul>
 *   <li>header length N: U64, at most 100,000,000
 *   <li>header: N bytes of UTF-8 JSON, {@code {"name": {"dtype": …, "shape": […], "data_offsets":
 *       [begin, end]}, …}}, may end in spaces; the key {@code __metadata__} maps strings to strings
 *   <li>data: the tensors, row-major, without gaps or overlaps; offsets are relative to its start
 * </ul>
 *
 * <p>The entire header is checked at {@link #open}: a file that opens can be sliced anywhere.
 */
public final class SafetensorsFile implements AutoCloseable {
    /** Largest header that the format allows, in bytes. */
    public static final long MAX_HEADER_BYTES = 100_000_000;

    /** Longest {@link #slice}, in bytes. */
    public static final int MAX_SLICE_BYTES = 1 << 30;

    private static final int LENGTH_BYTES = Long.BYTES;

    private final Path path;
    private final SafetensorsHeader header;
    private final SegmentedMap map;
    private final long dataStart;
    private volatile boolean closed;

    private SafetensorsFile(Path path, SafetensorsHeader header, SegmentedMap map, long dataStart) {
        this.path = path;
        this.header = header;
        this.map = map;
        this.dataStart = dataStart;
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws LimeException if it cannot be read or breaks a rule of the format
     */
    public static SafetensorsFile open(Path path) {
        return open(path, MAX_SLICE_BYTES);
    }

    /** Opens a file, mapped in segments of the given stride; for tests. */
    static SafetensorsFile open(Path path, int mapStride) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            long headerBytes = readHeaderLength(channel, size);
            long dataStart = LENGTH_BYTES + headerBytes;
            ByteBuffer json = read(channel, LENGTH_BYTES, (int) headerBytes);
            SafetensorsHeader header = SafetensorsHeader.parse(json, size - dataStart);
            return new SafetensorsFile(
                    path, header, SegmentedMap.of(channel, size, mapStride), dataStart);
        } catch (MalformedHeader e) {
            throw new LimeException(
                    "[%s] %s. Hint: the file is truncated, damaged, or not safetensors"
                            .formatted(path, e.getMessage()),
                    e);
        } catch (IOException e) {
            throw IoErrors.cannotRead(path, e);
        }
    }

    private static long readHeaderLength(FileChannel channel, long fileBytes) throws IOException {
        if (fileBytes < LENGTH_BYTES) {
            throw new MalformedHeader("%d bytes, too few for a header".formatted(fileBytes));
        }
        long headerBytes = read(channel, 0, LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (headerBytes < 0 || headerBytes > MAX_HEADER_BYTES) {
            throw new MalformedHeader(
                    "header length %s, at most %d allowed"
                            .formatted(Long.toUnsignedString(headerBytes), MAX_HEADER_BYTES));
        }
        if (headerBytes > fileBytes - LENGTH_BYTES) {
            throw new MalformedHeader(
                    "header length %d exceeds the file's %d bytes"
                            .formatted(headerBytes, fileBytes));
        }
        return headerBytes;
    }

    /**
     * Reads without a memory map: the number of maps per process is limited, and there may be many
     * files.
     */
    private static ByteBuffer read(FileChannel channel, long from, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw new MalformedHeader("the file ends inside its header");
            }
        }
        return bytes.flip();
    }

    /** Returns the file's path. */
    public Path path() {
        return path;
    }

    /** Returns the tensors by name, in file order. */
    public Map<String, TensorInfo> tensors() {
        return Collections.unmodifiableMap(header.tensors());
    }

    /** Returns the strings of {@code __metadata__}; empty if there are none. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(header.metadata());
    }

    /**
     * Returns the named tensor.
     *
     * @throws LimeException if there is no such tensor
     */
    public TensorInfo tensor(String name) {
        TensorInfo tensor = header.tensors().get(name);
        if (tensor == null) {
            throw new LimeException(
                    "[%s] no tensor '%s'. Hint: it holds %s"
                            .formatted(path, name, header.tensors().keySet()));
        }
        return tensor;
    }

    /**
     * Returns a read-only little-endian view of a part of a tensor. The view stays valid after
     * {@link #close}.
     *
     * @param byteOffset first byte, relative to the start of the tensor
     * @param byteCount number of bytes, at most {@link #MAX_SLICE_BYTES}
     * @throws LimeException if the file has no such tensor
     * @throws IndexOutOfBoundsException if the range is not inside the tensor
     * @throws IllegalStateException if the file is closed
     */
    public ByteBuffer slice(String name, long byteOffset, int byteCount) {
        return slice(tensor(name), byteOffset, byteCount);
    }

    /** Returns a part of a tensor of this file, as {@link #slice(String, long, int)} does. */
    public ByteBuffer slice(TensorInfo tensor, long byteOffset, int byteCount) {
        if (closed) {
            throw new IllegalStateException("[" + path + "] is closed");
        }
        if (byteOffset < 0 || byteCount < 0 || byteOffset > tensor.bytes() - byteCount) {
            throw new IndexOutOfBoundsException(
                    "[%s, tensor '%s'] bytes %d + %d of %d"
                            .formatted(path, tensor.name(), byteOffset, byteCount, tensor.bytes()));
        }
        return map.slice(dataStart + tensor.offset() + byteOffset, byteCount);
    }

    /** Prevents further slices. The memory is unmapped when the last view is garbage-collected. */
    @Override
    public void close() {
        closed = true;
    }

    /**
     * A read-only map of a file of any size: segment i begins at i strides and is two strides long,
     * so that every slice of at most one stride lies within one segment.
     */
    private record SegmentedMap(List<MappedByteBuffer> segments, int stride) {
        static SegmentedMap of(FileChannel channel, long size, int stride) throws IOException {
            List<MappedByteBuffer> segments = new ArrayList<>();
            long longest = Math.min(2L * stride, Integer.MAX_VALUE);
            for (long begin = 0; begin < size; begin += stride) {
                segments.add(
                        channel.map(MapMode.READ_ONLY, begin, Math.min(longest, size - begin)));
            }
            return new SegmentedMap(segments, stride);
        }

        ByteBuffer slice(long begin, int count) {
            if (count > stride) {
                throw new IndexOutOfBoundsException(
                        "A slice of " + count + " bytes, at most " + stride);
            }
            if (count == 0) {
                return ByteBuffer.allocate(0).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
            }
            int within = (int) (begin % stride);
            return segments.get((int) (begin / stride))
                    .slice(within, count)
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}
