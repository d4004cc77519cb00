package org.ragdiff.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ragdiff.eval.report.DataTable.Cell;
import org.ragdiff.eval.report.DataTable.Column;

class TableTextTest {
    private static final DataTable TABLE = new DataTable(
            "A table",
            List.of(new Column("Name, \"quoted\"", false), new Column("d_z & 95 %", true)),
            List.of(
                    List.of(Cell.text("one\ntwo"), Cell.number("−0.10", -0.1).asMain()),
                    List.of(Cell.text("ê_{1}\\"), Cell.empty())),
            false);

    @Test
    void csvQuotesAsRfc4180Says() {
        assertThat(TableText.csv(TABLE))
                .isEqualTo("\"Name, \"\"quoted\"\"\",d_z & 95 %\n\"one\ntwo\",−0.10\nê_{1}\\,\n");
    }

    @Test
    void latexEscapesItsSpecialCharacters() {
        assertThat(TableText.latex(TABLE))
                .isEqualTo("\\begin{tabular}{lr}\n\\toprule\nName, \"quoted\" & d\\_z \\& 95 \\% \\\\\n\\midrule\n"
                        + "one\ntwo & \\textbf{$-$0.10} \\\\\n\\^e\\_\\{1\\}\\textbackslash{} &  \\\\\n"
                        + "\\bottomrule\n\\end{tabular}\n");
    }

    @Test
    void rowsHaveACellForEachColumn() {
        assertThatThrownBy(() -> new DataTable(
                        "Short", List.of(new Column("a", false)), List.of(List.of(Cell.empty(), Cell.empty())), false))
                .hasMessageContaining("row of 2 cells, expected 1");
    }
}
