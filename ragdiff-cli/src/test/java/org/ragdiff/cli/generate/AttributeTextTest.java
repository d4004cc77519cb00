package org.ragdiff.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.core.GarmentAttributes;

class AttributeTextTest {
    @Test
    void namesAndValues() {
        GarmentAttributes a = AttributeText.parse("category=T_Shirt, sleeve=short,closure=zip");
        assertThat(a.category()).isEqualTo(GarmentAttributes.Category.T_SHIRT);
        assertThat(a.sleeve()).isEqualTo(GarmentAttributes.Sleeve.SHORT);
        assertThat(a.closure()).isEqualTo(GarmentAttributes.Closure.ZIP);
        assertThat(a.fit()).isEqualTo(GarmentAttributes.Fit.UNKNOWN);
        assertThat(AttributeText.parse("category=t-shirt").category()).isEqualTo(a.category());
        assertThat(AttributeText.words(a)).containsEntry("category", "t-shirt").containsEntry("fit", "unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "category", "colour=red", "category=dress,category=skirt", "sleeve=very long", "fit="})
    void whatDoesNotExistIsRefused(String text) {
        assertThatThrownBy(() -> AttributeText.parse(text))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("--attributes");
    }
}
