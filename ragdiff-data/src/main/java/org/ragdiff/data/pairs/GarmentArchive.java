package org.ragdiff.data.pairs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/**
 * Garments cut out of photos, in one file that is read through a memory map: a line that names the format,
 * a JSON header of known length, then one record of fixed size for each garment: standard image, silhouette
 * bits, and what lay around the garment in its photo. It is found again by its key, a hash of all that its
 * contents depend on. Thread-safe; holds no file open.
 */
public final class GarmentArchive implements GarmentStore {
    static final String MAGIC = "ragdiff-garments-1\n";
    static final ObjectMapper JSON = new ObjectMapper();

    private static final int LONGEST_HEADER = 64 << 20;

    private final Header header;
    private final ByteBuffer[] maps;

    private GarmentArchive(Header header, ByteBuffer[] maps) {
        this.header = header;
        this.maps = maps;
    }

    /**
     * @param key identifies the contents
     * @param side of standard images and backgrounds in pixels
     * @param garments in the order of the records
     */
    record Header(String key, int side, List<Label> garments) {
        Header {
            garments = List.copyOf(garments);
            if (side < 16 || side > 2048) {
                throw new IllegalArgumentException("side must be in 16..2048, got " + side);
            }
        }
    }

    /** What is known of a garment beside its pictures. */
    record Label(String id, String group, GarmentAttributes attributes, double confidence) {}

    static int silhouetteBytes(int side) {
        return (side * side + 7) / 8;
    }

    static int recordBytes(int side) {
        return 2 * 3 * side * side + silhouetteBytes(side);
    }

    /**
     * @return empty if there is no such file
     * @throws IOException if it is no archive, damaged, or cannot be read; delete it to have it made again
     */
    public static Optional<GarmentArchive> open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer head = read(file, channel, 0, MAGIC.length() + Integer.BYTES);
            byte[] magic = new byte[MAGIC.length()];
            head.get(magic);
            int length = head.getInt();
            if (!new String(magic, StandardCharsets.US_ASCII).equals(MAGIC) || length < 2 || length > LONGEST_HEADER) {
                throw damaged(file, "it does not begin as an archive of garments does");
            }
            Header header = parse(file, read(file, channel, MAGIC.length() + Integer.BYTES, length));
            long start = MAGIC.length() + Integer.BYTES + (long) length;
            long expected = (long) header.garments().size() * recordBytes(header.side());
            if (channel.size() - start != expected) {
                throw damaged(file, "it has " + (channel.size() - start) + " bytes of pictures, expected " + expected);
            }
            int perMap = perMap(header.side());
            int n = header.garments().size();
            ByteBuffer[] maps = new ByteBuffer[(n + perMap - 1) / perMap];
            for (int i = 0; i < maps.length; i++) {
                long first = (long) i * perMap;
                maps[i] = channel.map(
                        FileChannel.MapMode.READ_ONLY,
                        start + first * recordBytes(header.side()),
                        Math.min(perMap, n - first) * recordBytes(header.side()));
            }
            return Optional.of(new GarmentArchive(header, maps));
        }
    }

    private static ByteBuffer read(Path file, FileChannel channel, long at, int length) throws IOException {
        if (channel.size() < at + length) {
            throw damaged(file, "it ends after " + channel.size() + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
            continue;
        }
        return bytes.flip();
    }

    private static Header parse(Path file, ByteBuffer json) throws IOException {
        try {
            return JSON.readValue(json.array(), 0, json.limit(), Header.class);
        } catch (JsonProcessingException e) {
            throw damaged(file, "its header is not valid (" + e.getOriginalMessage() + ")");
        }
    }

    private static IOException damaged(Path file, String why) {
        return new IOException(file + " cannot be used: " + why + "; delete it to have it made again");
    }

    private static int perMap(int side) {
        return Math.max(1, (1 << 30) / recordBytes(side));
    }

    @Override
    public int size() {
        return header.garments().size();
    }

    @Override
    public int side() {
        return header.side();
    }

    @Override
    public StandardGarment get(int index) {
        Label label = label(index);
        byte[] rgb = bytes(index, 0, 3 * side() * side());
        byte[] bits = bytes(index, rgb.length, silhouetteBytes(side()));
        boolean[] inside = new boolean[side() * side()];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = (bits[i >> 3] >> (i & 7) & 1) != 0;
        }
        return new StandardGarment(
                RgbImage.wrap(side(), side(), rgb),
                new Silhouette(side(), side(), inside),
                label.attributes(),
                label.id(),
                label.group());
    }

    /** The garment's photo, made square, with the garment painted out by its surroundings. */
    public RgbImage background(int index) {
        label(index);
        int pixels = 3 * side() * side();
        return RgbImage.wrap(side(), side(), bytes(index, pixels + silhouetteBytes(side()), pixels));
    }

    /** How likely the garment's mask is right, in [0, 1]. */
    public double confidence(int index) {
        return label(index).confidence();
    }

    /** The key that the archive was made with. */
    public String key() {
        return header.key();
    }

    @Override
    public String id(int index) {
        return label(index).id();
    }

    @Override
    public String group(int index) {
        return label(index).group();
    }

    @Override
    public String fingerprint() {
        return "garments-" + header.key();
    }

    private Label label(int index) {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException("garment " + index + " of " + size());
        }
        return header.garments().get(index);
    }

    private byte[] bytes(int index, int offset, int length) {
        int perMap = perMap(side());
        byte[] out = new byte[length];
        maps[index / perMap].get(index % perMap * recordBytes(side()) + offset, out);
        return out;
    }
}
