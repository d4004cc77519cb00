package org.ragdiff.cli.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.Pictures;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.data.pairs.CsvLine;
import org.ragdiff.data.pairs.StandardGarment;
import org.ragdiff.data.procedural.ProceduralGarments;

/** Photos of made garments, whose silhouettes are known. */
class PrepareCommandTest {
    private static final int SIDE = 96;
    private static final int MARGIN = 8;
    private static final int PHOTO = SIDE + 2 * MARGIN;

    @TempDir
    Path directory;

    private Path photos;
    private Path out;

    /** Garments that cover enough of a photo to be accepted. */
    private final List<StandardGarment> garments = IntStream.range(0, 24)
            .mapToObj(new ProceduralGarments(24, SIDE, 4)::get)
            .filter(g -> g.silhouette().area() > 0.25 * PHOTO * PHOTO)
            .limit(3)
            .toList();

    @BeforeEach
    void folders() throws IOException {
        photos = Files.createDirectory(directory.resolve("photos"));
        out = directory.resolve("new/garments");
    }

    /** Pasted on a floor of the opposite colour. */
    private static RgbImage photo(StandardGarment g) {
        byte[] rgb = new byte[3 * PHOTO * PHOTO];
        SplittableRandom random = new SplittableRandom(6);
        int middle = SIDE / 2;
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % PHOTO - MARGIN;
            int y = i / 3 / PHOTO - MARGIN;
            boolean cloth =
                    x >= 0 && y >= 0 && x < SIDE && y < SIDE && g.silhouette().at(x, y);
            int floor = (g.standard().at(middle, middle, i % 3) < 128 ? 230 : 25) + random.nextInt(5);
            rgb[i] = (byte) (cloth ? g.standard().at(x, y, i % 3) : floor);
        }
        return RgbImage.wrap(PHOTO, PHOTO, rgb);
    }

    private static RgbImage noise() {
        byte[] rgb = new byte[3 * PHOTO * PHOTO];
        new SplittableRandom(8).nextBytes(rgb);
        return RgbImage.wrap(PHOTO, PHOTO, rgb);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    private CommandRun prepare(Object... more) {
        Object[] args = {"data", "prepare", "--photos", photos, "--out", out, "--side", SIDE};
        return CommandRun.of(
                Stream.concat(Arrays.stream(args), Arrays.stream(more)).toArray());
    }

    private void fourPhotosAndADamagedOne() throws IOException {
        Pictures.write(photos.resolve("a, b.png"), photo(garments.get(0)));
        Pictures.write(photos.resolve("c.png"), photo(garments.get(1)));
        Pictures.write(photos.resolve("d.png"), photo(garments.get(2)));
        Pictures.write(photos.resolve("noise.png"), noise());
        Pictures.write(photos.resolve("damaged.jpg"), Arrays.copyOf(Pictures.sample("cmyk.jpg"), 200));
        Files.writeString(
                directory.resolve("photos.csv"),
                "path,label,kids,sender_id\nphotos/c.png,T-Shirt,False,48\nphotos/noise.png,Skip,False,48\n");
    }

    @Test
    void garmentsRejectsAndDamagedFiles() throws IOException {
        fourPhotosAndADamagedOne();
        Path json = directory.resolve("done.json");
        CommandRun run = prepare("--json", json);
        assertThat(run.code()).as(run.err()).isEqualTo(1);
        assertThat(run.out()).contains("3 garments of 5 photos", "1 rejected");
        assertThat(run.err()).contains("1 of 5 photos could not be read", "damaged.jpg: is a damaged");
        assertThat(run.err().lines()).hasSize(2);
        assertThat(names(out))
                .containsExactly(
                        "a, b-silhouette.png",
                        "a, b.png",
                        "c-silhouette.png",
                        "c.png",
                        "d-silhouette.png",
                        "d.png",
                        "garments.csv",
                        "rejected.csv");
        assertThat(json).content().contains("\"prepared\" : 3", "\"rejected\" : 1", "damaged.jpg");

        List<String> rows = Files.readAllLines(out.resolve("garments.csv"));
        assertThat(rows.get(0))
                .isEqualTo("standard,silhouette,kind,category,sleeve,neckline,length,closure,fit,id,group,confidence");
        assertThat(rows).hasSize(4);
        for (int i = 0; i < 3; i++) {
            List<String> row = CsvLine.split(rows.get(i + 1));
            assertThat(Double.parseDouble(row.get(11))).isBetween(0.5, 1.0);
            assertThat(silhouette(out.resolve(row.get(1))).iou(garments.get(i).silhouette()))
                    .as(row.get(1))
                    .isGreaterThan(0.85);
            RgbImage standard = ImageFiles.read(out.resolve(row.get(0)));
            assertThat(standard.width()).isEqualTo(SIDE);
            assertThat(standard.at(0, 0, 0)).isEqualTo(255);
        }
        assertThat(CsvLine.split(rows.get(1)).subList(0, 11))
                .containsExactly(
                        "a, b.png",
                        "a, b-silhouette.png",
                        "",
                        "unknown",
                        "unknown",
                        "unknown",
                        "unknown",
                        "unknown",
                        "unknown",
                        "a, b",
                        "a, b");
        assertThat(rows.get(2))
                .startsWith("c.png,c-silhouette.png,t-shirt,t_shirt,")
                .contains(",c,sender-48,");
        assertThat(ImageFiles.readPngText(out.resolve("c.png"))).containsEntry("ragdiff.garment", "c");

        List<String> rejected = Files.readAllLines(out.resolve("rejected.csv"));
        assertThat(rejected).hasSize(3).startsWith("photo,confidence,reason");
        assertThat(rejected.get(1)).startsWith("damaged.jpg,,").contains("is a damaged");
        List<String> noise = CsvLine.split(rejected.get(2));
        assertThat(noise.get(0)).isEqualTo("noise.png");
        assertThat(Double.parseDouble(noise.get(1))).isLessThan(0.5);
    }

    private static Silhouette silhouette(Path file) throws IOException {
        RgbImage image = ImageFiles.read(file);
        boolean[] inside = new boolean[image.width() * image.height()];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = image.at(i % image.width(), i / image.width(), 0) == 255;
        }
        return new Silhouette(image.width(), image.height(), inside);
    }

    @Test
    void theSamePhotosGiveTheSameFiles() throws IOException {
        Pictures.write(photos.resolve("a.png"), photo(garments.get(0)));
        Pictures.write(photos.resolve("b.png"), photo(garments.get(1)));
        prepare().done();
        Path again = directory.resolve("again");
        CommandRun.of("data", "prepare", "--photos", photos, "--out", again, "--side", SIDE)
                .done();
        assertThat(names(again)).isEqualTo(names(out)).hasSize(6);
        for (String name : names(out)) {
            assertThat(again.resolve(name)).hasSameBinaryContentAs(out.resolve(name));
        }
    }

    @Test
    void photosThatDifferInTheirEndingKeepIt() throws IOException {
        Pictures.write(photos.resolve("a.png"), photo(garments.get(0)));
        Files.copy(photos.resolve("a.png"), photos.resolve("A.jpg"));
        prepare().done();
        assertThat(names(out)).contains("a.png.png", "A.jpg.png", "a.png-silhouette.png");
        assertThat(Files.readString(out.resolve("garments.csv"))).contains(",A.jpg,A.jpg,", ",a.png,a.png,");
    }

    @Test
    void filesOfOneNameAreRefusedBeforeTheWork() throws IOException {
        Pictures.write(photos.resolve("a.png"), noise());
        Pictures.write(photos.resolve("a-silhouette.png"), noise());
        prepare().refused("would both be a-silhouette.png", "rename");
        assertThat(out).doesNotExist();
    }

    @Test
    void whatIsThereIsKeptUnlessForced() throws IOException {
        Pictures.write(photos.resolve("noise.png"), noise());
        Files.createDirectories(out);
        Path mine = Files.writeString(out.resolve("mine.txt"), "x");
        prepare().refused("is not empty", "--force");
        assertThat(names(out)).containsExactly("mine.txt");
        assertThat(prepare("--force").done().out()).contains("0 garments of 1 photos", "1 rejected");
        assertThat(mine).hasContent("x");
        assertThat(names(out)).containsExactly("garments.csv", "mine.txt", "rejected.csv");
    }

    /** A folder where the last table should go makes the run fail at its end. */
    @Test
    void aFailedRunLeavesNothing() throws IOException {
        Pictures.write(photos.resolve("a.png"), photo(garments.get(0)));
        Files.createDirectories(out.resolve("rejected.csv"));
        prepare("--force").refused("rejected.csv", "it is a folder");
        assertThat(names(out)).containsExactly("rejected.csv");
    }

    @Test
    void wrongUseIsOneLine() throws IOException {
        prepare().refused("no photos in");
        Pictures.write(photos.resolve("noise.png"), noise());
        CommandRun.of("data", "prepare").refused("--photos");
        CommandRun.of("data", "prepare", "--photos", photos).refused("--out");
        CommandRun.of("data", "prepare", "--photos", photos, "--out", out, "--side", 15)
                .refused("--side must be in 16..2048, got 15");
        CommandRun.of("data", "prepare", "--photos", directory.resolve("none"), "--out", out)
                .refused("no folder", "none");
        CommandRun.of("data", "prepare", "--photos", photos, "--out", photos, "--force")
                .refused("among the photos", "--out");
        Files.writeString(directory.resolve("photos.csv"), "path;label\n");
        prepare().refused("photos.csv", "path,label,kids,sender_id");
        assertThat(out).doesNotExist();
        assertThat(names(photos)).containsExactly("noise.png");
        assertThat(CommandRun.of("data", "prepare", "--help").done().out()).contains("Examples:");
    }
}
