package org.ragdiff.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.GarmentAttributes.Category;

class PhotoFolderTest {
    @TempDir
    Path root;

    private Path photos;

    @BeforeEach
    void folder() throws IOException {
        photos = Files.createDirectory(root.resolve("photos"));
        for (String name : List.of("b.jpg", "a.PNG", "notes.txt", "c.webp")) {
            Files.writeString(photos.resolve(name), "");
        }
    }

    @Test
    void labelsComeFromTheTableBeside() throws IOException {
        Files.writeString(
                root.resolve("photos.csv"),
                "path,label,kids,sender_id\nphotos/b.jpg,T-Shirt,False,48\nphotos/c.webp,Not sure,True,7\n");
        List<PhotoFolder.Photo> found = PhotoFolder.list(photos);
        assertThat(found).extracting(PhotoFolder.Photo::id).containsExactly("a", "b", "c");
        assertThat(found).extracting(PhotoFolder.Photo::group).containsExactly("a", "sender-48", "sender-7");
        assertThat(found)
                .extracting(p -> p.attributes().category())
                .containsExactly(Category.UNKNOWN, Category.T_SHIRT, Category.UNKNOWN);
    }

    @Test
    void withoutATableEachPhotoIsAGroup() throws IOException {
        assertThat(PhotoFolder.list(photos))
                .extracting(PhotoFolder.Photo::group)
                .containsExactly("a", "b", "c");
    }

    @Test
    void badTablesAreNamedByLine() throws IOException {
        Path table = root.resolve("photos.csv");
        Files.writeString(table, "path;label\n");
        assertThatThrownBy(() -> PhotoFolder.list(photos))
                .hasMessageContaining("photos.csv")
                .hasMessageContaining("path,label,kids,sender_id");
        Files.writeString(table, "path,label,kids,sender_id\nb.jpg,Shirt,False\n");
        assertThatThrownBy(() -> PhotoFolder.list(photos)).hasMessageContaining("line 2 has 3 fields, expected 4");
    }

    @Test
    void aMissingFolderIsNamed() {
        assertThatThrownBy(() -> PhotoFolder.list(root.resolve("none"))).hasMessageContaining("none");
    }
}
