package io.tacit.client.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ErrorCatalogueTest {
    private static final Path PAGE = Path.of("../docs/errors.md");

    @Test
    void thePageIsCurrent() throws Exception {
        if (Boolean.getBoolean("tacit.regenerate")) {
            Files.writeString(PAGE, ErrorCatalogue.page());
        }
        assertThat(PAGE).as("run the tests once with -Dtacit.regenerate=true").hasContent(ErrorCatalogue.page());
    }

    @Test
    void everyEntryIsCompleteAndItsCodeIsItsOwn() {
        assertThat(ErrorCatalogue.entries())
                .extracting(ErrorCatalogue.Entry::code)
                .doesNotHaveDuplicates();
        assertThat(ErrorCatalogue.entries()).allSatisfy(entry -> {
            assertThat(entry.reason()).isNotBlank().doesNotContain("|");
            assertThat(entry.remedy()).isNotBlank().doesNotContain("|");
        });
    }

    @Test
    void errorsForPeopleHaveACodeAndBugsHaveNone() {
        assertThat(ErrorCatalogue.codeOf(new ProtocolAbort("user", "hello", AbortReason.BUSY)))
                .contains("BUSY");
        assertThat(ErrorCatalogue.codeOf(new PeerUnavailable("user", "gone"))).contains("PEER_UNAVAILABLE");
        assertThat(ErrorCatalogue.codeOf(new IllegalStateException())).isEmpty();
    }
}
