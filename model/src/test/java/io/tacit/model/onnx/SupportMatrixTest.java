package io.tacit.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page in the documentation is the code's own table. */
class SupportMatrixTest {

    @Test
    void documentationAgreesWithTheCode() throws Exception {
        Path page = Path.of("..", "docs", "support-matrix.md");
        if (Boolean.getBoolean("tacit.writeDocs")) {
            Files.createDirectories(page.getParent());
            Files.writeString(page, SupportMatrix.markdown());
        }
        assertThat(page).as("run this test once with -Dtacit.writeDocs=true").hasContent(SupportMatrix.markdown());
    }

    @Test
    void everyOperatorOfTheTableIsNamedOnce() {
        String page = SupportMatrix.markdown();
        for (OperatorTable.Entry entry : OperatorTable.all()) {
            String row = "| " + (entry.domain().isEmpty() ? "" : entry.domain() + ".") + entry.type() + " |";
            assertThat(page.split(java.util.regex.Pattern.quote(row), -1))
                    .as(row)
                    .hasSize(2);
        }
    }
}
