package org.ragdiff.core.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.HostAccess;

/**
 * Reader of one safetensors file of any size. The header is checked whole when opening; tensors are
 * read when asked for, straight into the array's memory. Thread-safe until closed.
 *
 * @see <a href="https://github.com/huggingface/safetensors">the format</a>
 */
public final class SafetensorsFile implements TensorSource {
    private static final int CHUNK = 1 << 20;

    private final Path path;
    private final FileChannel channel;
    private final long dataStart;
    private final SafetensorsHeader header;

    private SafetensorsFile(Path path, FileChannel channel, long dataStart, SafetensorsHeader header) {
        this.path = path;
        this.channel = channel;
        this.dataStart = dataStart;
        this.header = header;
    }

    /**
     * @throws SafetensorsException if the file is malformed (the message names tensor and offsets)
     *     or a pickled checkpoint
     */
    public static SafetensorsFile open(Path path) throws IOException {
        String name =
                path.getFileName() == null ? "" : path.getFileName().toString().toLowerCase(Locale.ROOT);
        if (Files.isDirectory(path)) {
            throw new SafetensorsException(path, "is a folder, expected a .safetensors file");
        }
        if (name.endsWith(".bin") || name.endsWith(".ckpt") || name.endsWith(".pt") || name.endsWith(".pth")) {
            throw pickled(path);
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new SafetensorsException(path, "no such file", e);
        }
        try {
            long size = channel.size();
            ByteBuffer first = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            if (size < 8) {
                throw new SafetensorsException(path, "has " + size + " bytes, a safetensors file has at least 8");
            }
            readFully(channel, first, 0, path);
            long length = first.getLong(0);
            if (first.getInt(0) == 0x04034b50 || (first.get(0) == (byte) 0x80 && first.get(1) <= 5 && length > size)) {
                throw pickled(path);
            }
            if (length < 0 || length > SafetensorsHeader.MAX_BYTES) {
                throw new SafetensorsException(
                        path,
                        "claims a header of " + Long.toUnsignedString(length) + " bytes, the limit is "
                                + SafetensorsHeader.MAX_BYTES + "; is this a safetensors file?");
            }
            if (length > size - 8) {
                throw new SafetensorsException(
                        path,
                        "claims a header of " + length + " bytes, the file has only " + size
                                + "; it is cut short: fetch or write it again");
            }
            byte[] json = new byte[(int) length];
            readFully(channel, ByteBuffer.wrap(json), 8, path);
            long start = 8 + length;
            return new SafetensorsFile(path, channel, start, SafetensorsHeader.parse(path, json, size - start));
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private static SafetensorsException pickled(Path path) {
        return new SafetensorsException(
                path,
                "is a pickled checkpoint, which can run code when loaded and is not supported; convert it once in"
                        + " Python: safetensors.torch.save_file(torch.load(FILE, map_location='cpu',"
                        + " weights_only=True), 'model.safetensors')");
    }

    @Override
    public Set<String> names() {
        return header.tensors().keySet();
    }

    @Override
    public TensorInfo info(String name) throws SafetensorsException {
        TensorInfo info = header.tensors().get(name);
        if (info == null) {
            throw new SafetensorsException(
                    path,
                    "has no tensor \"" + name + "\" among its "
                            + header.tensors().size());
        }
        return info;
    }

    @Override
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /** Bytes of the file. */
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public INDArray readFloat(String name) throws IOException {
        return read(name, DataType.FLOAT);
    }

    @Override
    public INDArray read(String name, DataType type) throws IOException {
        TensorInfo info = info(name);
        if (type == DataType.FLOAT && info.length() > 0) {
            switch (info.dtype()) {
                case F16, BF16, F64 -> {
                    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, info.shape(), 'c');
                    widen(info, array);
                    return array;
                }
                default -> {}
            }
        }
        INDArray raw = readRaw(info);
        return raw.dataType() == type ? raw : raw.castTo(type);
    }

    @Override
    public void readFloat(String name, INDArray target) throws IOException {
        TensorInfo info = info(name);
        if (!Arrays.equals(info.shape(), target.shape()) || !FloatMemory.isPlain(target)) {
            throw new IllegalArgumentException(info + " cannot be read into an array of " + target.dataType() + " "
                    + Arrays.toString(target.shape()) + "; expected float32 in 'c' order of the tensor's shape");
        }
        if (info.length() == 0) {
            return;
        }
        HostAccess.writing(target);
        switch (info.dtype()) {
            case F32 -> readBytes(info, target);
            case F16, BF16, F64 -> widen(info, target);
            default -> {
                try (INDArray value = readFloat(name)) {
                    target.assign(value);
                }
            }
        }
    }

    /** The tensor in its own type. */
    public INDArray read(String name) throws IOException {
        return readRaw(info(name));
    }

    /**
     * A part of the tensor in its own type; nothing else of it is read.
     *
     * @param slice of the tensor's shape, by {@link TensorSlice#of}
     */
    public INDArray read(String name, TensorSlice slice) throws IOException {
        TensorInfo info = info(name);
        DataType type = nd4jType(info);
        if (slice.length() == 0) {
            return Nd4j.create(type, slice.shape());
        }
        long width = info.dtype().bits() / 8;
        long bytes = slice.run() * width;
        if ((slice.start(slice.runs() - 1) + slice.run()) * width > info.end() - info.begin()) {
            throw new IllegalArgumentException("the slice is of a larger tensor than " + info);
        }
        INDArray array = Nd4j.createUninitialized(type, slice.shape(), 'c');
        for (int i = 0; i < slice.runs(); i++) {
            readBytes(info, slice.start(i) * width, bytes, array, i * bytes);
        }
        return array;
    }

    /**
     * The tensor in its own type, over the mapped file itself where layout and size allow (aligned,
     * not BOOL, not above 2 GiB), otherwise a copy. Writing to a mapped array kills the process: use
     * only for weights that stay as they are. The mapping lives as long as the array, and the file
     * must not be shortened meanwhile.
     */
    public INDArray map(String name) throws IOException {
        TensorInfo info = info(name);
        long bytes = info.end() - info.begin();
        int align = Math.max(1, info.dtype().bits() / 8);
        long at = dataStart + info.begin();
        if (bytes == 0
                || bytes > Integer.MAX_VALUE
                || at % align != 0
                || info.dtype() == Dtype.BOOL
                || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            return readRaw(info);
        }
        DataType type = nd4jType(info);
        ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, at, bytes);
        Pointer pointer = MappedPointers.typed(new Pointer(mapped), type);
        DataBuffer data = Nd4j.createBuffer(pointer, info.length(), type);
        return Nd4j.create(data, info.shape(), Nd4j.getStrides(info.shape(), 'c'), 0L, 'c', type);
    }

    private DataType nd4jType(TensorInfo info) throws SafetensorsException {
        return info.dtype()
                .nd4j()
                .orElseThrow(() -> new SafetensorsException(
                        path, info + ": this type is not supported; convert the file to F32, F16 or BF16"));
    }

    private INDArray readRaw(TensorInfo info) throws IOException {
        DataType type = nd4jType(info);
        if (info.length() == 0) {
            return Nd4j.create(type, info.shape());
        }
        INDArray array = Nd4j.createUninitialized(type, info.shape(), 'c');
        readBytes(info, array);
        return array;
    }

    private void readBytes(TensorInfo info, INDArray array) throws IOException {
        readBytes(info, 0, info.end() - info.begin(), array, 0);
    }

    /** Bytes of a tensor from one on, to an array's from another on. */
    private void readBytes(TensorInfo info, long from, long bytes, INDArray array, long to) throws IOException {
        Pointer memory = array.data().pointer();
        long first = array.offset() * (info.dtype().bits() / 8) + to;
        for (long at = 0; at < bytes; at += 1 << 30) {
            long n = Math.min(1 << 30, bytes - at);
            ByteBuffer part = new BytePointer(memory)
                    .capacity(first + bytes)
                    .position(first + at)
                    .limit(first + at + n)
                    .asByteBuffer();
            readFully(channel, part, dataStart + info.begin() + from + at, path);
            if (info.dtype() == Dtype.BOOL) {
                for (int i = 0; i < n; i++) {
                    part.put(i, (byte) (part.get(i) == 0 ? 0 : 1));
                }
            }
        }
    }

    private void widen(TensorInfo info, INDArray target) throws IOException {
        int width = info.dtype().bits() / 8;
        int most = (int) Math.min(CHUNK / width, info.length());
        ByteBuffer buffer = ByteBuffer.allocateDirect(most * width).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[most];
        long total = info.length();
        for (long done = 0; done < total; done += most) {
            int n = (int) Math.min(most, total - done);
            buffer.clear().limit(n * width);
            readFully(channel, buffer, dataStart + info.begin() + done * width, path);
            switch (info.dtype()) {
                case F16 -> {
                    for (int i = 0; i < n; i++) {
                        values[i] = HalfFloats.fromF16(buffer.getShort(2 * i));
                    }
                }
                case BF16 -> {
                    for (int i = 0; i < n; i++) {
                        values[i] = HalfFloats.fromBf16(buffer.getShort(2 * i));
                    }
                }
                default -> {
                    for (int i = 0; i < n; i++) {
                        values[i] = (float) buffer.getDouble(8 * i);
                    }
                }
            }
            FloatMemory.put(target, done, values, n);
        }
    }

    private static void readFully(FileChannel channel, ByteBuffer buffer, long position, Path path) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            int n = channel.read(buffer, at);
            if (n < 0) {
                throw new EOFException(path + ": ended at byte " + at + " while being read; was it shortened?");
            }
            at += n;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return path + " (" + header.tensors().size() + " tensors)";
    }
}
