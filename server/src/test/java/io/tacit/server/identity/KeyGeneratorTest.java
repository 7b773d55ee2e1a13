package io.tacit.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.client.wire.Identity;
import io.tacit.client.wire.InvalidIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyGeneratorTest {
    private static final List<String> ROLES = List.of("user", "cloud-1", "cloud-2");
    private final KeyGenerator generator = new KeyGenerator(new SecureRandom());

    @TempDir
    private Path folder;

    @Test
    void everyRoleGetsAnIdentityOfTheSameAuthority() throws Exception {
        Instant now = Instant.now();
        List<KeyGenerator.Issued> issued = generator.generate(folder, ROLES, now, Duration.ofDays(30));
        assertThat(issued).extracting(KeyGenerator.Issued::role).containsExactlyElementsOf(ROLES);
        Identity user = Identity.load(issued.get(0).file());
        for (KeyGenerator.Issued each : issued) {
            Identity identity = Identity.load(each.file());
            assertThat(identity.fingerprint()).isEqualTo(each.fingerprint());
            assertThat(identity.authority()).isEqualTo(user.authority());
            assertThat(identity.certificate().getSubjectX500Principal().getName())
                    .isEqualTo("CN=" + each.role());
            identity.certificate().verify(identity.authority().getPublicKey());
            identity.certificate().checkValidity(Date.from(now));
            identity.certificate().checkValidity(Date.from(now.plus(Duration.ofDays(29))));
            assertThat(identity.certificate().getNotAfter()).isBefore(Date.from(now.plus(Duration.ofDays(31))));
            assertThat(identity.certificate().getBasicConstraints()).isNegative();
        }
        assertThat(issued).extracting(KeyGenerator.Issued::fingerprint).doesNotHaveDuplicates();
    }

    @Test
    void filesAreReadableByTheirOwnerOnly() throws Exception {
        var issued = generator.generate(folder.resolve("new"), ROLES, Instant.now(), Duration.ofDays(1));
        for (KeyGenerator.Issued each : issued) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each.file())))
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("new"))))
                .isEqualTo("rwx------");
    }

    @Test
    void existingFilesAreNeverReplacedAndNothingIsLeftHalfWritten() throws Exception {
        Files.writeString(folder.resolve("cloud-2.pem"), "precious");
        assertThatThrownBy(() -> generator.generate(folder, ROLES, Instant.now(), Duration.ofDays(1)))
                .isInstanceOf(IdentityFilesExist.class)
                .hasMessageContaining("cloud-2.pem");
        assertThat(Files.readString(folder.resolve("cloud-2.pem"))).isEqualTo("precious");
        assertThat(folder.resolve("user.pem")).doesNotExist();
    }

    @Test
    void namesThatCouldLeaveTheFolderAreRefused() {
        assertThatThrownBy(() -> generator.generate(folder, List.of("../x"), Instant.now(), Duration.ofDays(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void brokenIdentityFilesAreRefusedInOneSentenceWithoutTheKey() throws Exception {
        Path good = generator
                .generate(folder, ROLES, Instant.now(), Duration.ofDays(1))
                .get(0)
                .file();
        String pem = Files.readString(good);
        String other = Files.readString(folder.resolve("cloud-1.pem"));
        int keyEnd = pem.indexOf("-----END PRIVATE KEY-----");
        String[] broken = {
            "",
            "x".repeat(100_000),
            pem.substring(0, pem.length() / 2),
            pem.replaceFirst("MI", "AA"),
            pem.substring(keyEnd),
            other.substring(0, other.indexOf("-----BEGIN CERTIFICATE-----"))
                    + pem.substring(pem.indexOf("-----BEGIN CERTIFICATE-----")),
        };
        for (String text : broken) {
            Path file = folder.resolve("broken.pem");
            Files.writeString(file, text);
            assertThatThrownBy(() -> Identity.load(file))
                    .isInstanceOf(InvalidIdentity.class)
                    .hasMessageContaining("broken.pem")
                    .hasMessageNotContaining(pem.substring(40, 60))
                    .hasNoCause();
        }
        assertThatThrownBy(() -> Identity.load(folder.resolve("absent.pem")))
                .isInstanceOf(InvalidIdentity.class)
                .hasMessageContaining("absent.pem");
    }

    @Test
    void anInterruptedRunLeavesNothing() throws IOException {
        Path file = folder.resolve("file");
        Files.writeString(file, "in the way of a folder");
        assertThatThrownBy(() -> generator.generate(file, ROLES, Instant.now(), Duration.ofDays(1)))
                .isInstanceOf(IOException.class);
        assertThat(file).hasContent("in the way of a folder");
    }
}
