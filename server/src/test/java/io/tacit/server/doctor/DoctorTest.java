package io.tacit.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.LocalParty;
import io.tacit.server.identity.KeyGenerator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DoctorTest {
    private static final Sha256 MODEL = Sha256.of(new byte[] {1});

    private final Doctor doctor = new Doctor(Clock.systemUTC());
    private int port;

    @TempDir
    private Path folder;

    @BeforeEach
    void freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
    }

    @Test
    void theMachineIsDescribed() {
        assertThat(doctor.machine()).extracting(Finding::check).containsExactly("java", "kernels", "machine");
        assertThat(doctor.machine().get(0).ok()).isTrue();
    }

    @Test
    void aHealthyDeploymentHasNothingToMend() throws Exception {
        Deployment deployment = deployment(folder, MODEL, 365);
        try (LocalParty server = party(folder, deployment, "server");
                Listener listener = Listener.open(server, address(), Set.of("online"), session -> {})) {
            List<Finding> findings = examine(deployment);
            assertThat(findings)
                    .allSatisfy(finding ->
                            assertThat(finding.ok()).as("%s", finding).isTrue());
            assertThat(findings)
                    .extracting(Finding::check)
                    .containsExactly(
                            "deployment",
                            "model",
                            "identity",
                            "certificate",
                            "server",
                            "server clock",
                            "server version");
            assertThat(listener.sessions()).isZero();
        }
    }

    @Test
    void aListeningRoleSeesWhetherItsPortIsFree() throws Exception {
        Deployment deployment = deployment(folder, MODEL, 365);
        Path file = folder.resolve("server.pem");
        assertThat(finding("port", doctor.role(deployment, "server", file, Optional.empty(), Optional.of(address())))
                        .ok())
                .isTrue();
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            Finding finding =
                    finding("port", doctor.role(deployment, "server", file, Optional.empty(), Optional.of(address())));
            assertThat(finding.ok()).isFalse();
            assertThat(finding.detail()).contains(String.valueOf(taken.getLocalPort()));
            assertThat(finding.remedy()).startsWith("this side");
        }
    }

    @Test
    void aPeerThatIsDown() throws Exception {
        Finding finding = finding("server", examine(deployment(folder, MODEL, 365)));
        assertThat(finding.ok()).isFalse();
        assertThat(finding.detail()).contains("no connection to 127.0.0.1:" + port);
        assertThat(finding.remedy()).startsWith("server: start it");
    }

    @Test
    void aPeerWithAnotherModel() throws Exception {
        Deployment deployment = deployment(folder, MODEL, 365);
        Deployment other = new Deployment(
                deployment.protocol(),
                deployment.mode(),
                Sha256.of(new byte[] {2}),
                deployment.roles(),
                deployment.disclosure(),
                deployment.quotas(),
                deployment.limits(),
                deployment.validity());
        try (LocalParty server = party(folder, other, "server");
                Listener listener = Listener.open(server, address(), Set.of("online"), session -> {})) {
            Finding finding = finding("server", examine(deployment));
            assertThat(finding.ok()).isFalse();
            assertThat(finding.detail()).contains("MODEL_MISMATCH");
            assertThat(finding.remedy()).contains("deployment file");
            assertThat(listener.sessions()).isZero();
        }
    }

    @Test
    void filesOfDifferentRunsOfKeygen() throws Exception {
        Deployment mine = deployment(folder, MODEL, 365);
        Deployment theirs = deployment(folder.resolve("theirs"), MODEL, 365);
        try (LocalParty server = party(folder.resolve("theirs"), theirs, "server");
                Listener listener = Listener.open(server, address(), Set.of("online"), session -> {})) {
            Finding finding = finding("server", examine(mine));
            assertThat(finding.detail()).contains("CERTIFICATE_UNTRUSTED");
            assertThat(finding.remedy()).contains("same run of tacit keygen");
            assertThat(listener.port()).isEqualTo(port);
        }
        Finding wrongFile = finding(
                "certificate",
                doctor.role(mine, "client", folder.resolve("theirs/client.pem"), Optional.empty(), Optional.empty()));
        assertThat(wrongFile.ok()).isFalse();
        assertThat(wrongFile.remedy()).contains("identity file of client");
    }

    @Test
    void ownFilesAreLookedAtClosely() throws Exception {
        Deployment deployment = deployment(folder, MODEL, 7);
        Path file = folder.resolve("client.pem");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Finding open = finding("identity", doctor.role(deployment, "client", file, Optional.empty(), Optional.empty()));
        assertThat(open.ok()).isFalse();
        assertThat(open.detail()).contains("can be read by other accounts", "chmod 600");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        List<Finding> findings =
                doctor.role(deployment, "client", file, Optional.of(Sha256.of(new byte[] {9})), Optional.empty());
        assertThat(finding("identity", findings).ok()).isTrue();
        assertThat(finding("certificate", findings).remedy()).contains("ends soon");
        assertThat(finding("model", findings).ok()).isFalse();
        Doctor late = new Doctor(Clock.fixed(Instant.now().plus(Duration.ofDays(500)), ZoneOffset.UTC));
        List<Finding> lateFindings = late.role(deployment, "client", file, Optional.empty(), Optional.empty());
        assertThat(finding("deployment", lateFindings).ok()).isFalse();
        assertThat(finding("certificate", lateFindings).ok()).isFalse();
        Files.writeString(file, "nonsense");
        assertThat(finding("identity", examine(deployment)).ok()).isFalse();
    }

    private List<Finding> examine(Deployment deployment) {
        return doctor.role(deployment, "client", folder.resolve("client.pem"), Optional.of(MODEL), Optional.empty());
    }

    private static Finding finding(String check, List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.check().equals(check))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + check + " in " + findings));
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static LocalParty party(Path folder, Deployment deployment, String role) {
        return LocalParty.open(deployment, role, Identity.load(folder.resolve(role + ".pem")));
    }

    private Deployment deployment(Path folder, Sha256 model, int certificateDays) throws IOException {
        TreeMap<String, Deployment.Role> roles = new TreeMap<>();
        for (KeyGenerator.Issued each : new KeyGenerator(new SecureRandom())
                .generate(folder, List.of("client", "server"), Instant.now(), Duration.ofDays(certificateDays))) {
            Optional<Deployment.Endpoint> endpoint = TrustSetting.POPCORN.listens(each.role())
                    ? Optional.of(new Deployment.Endpoint("127.0.0.1", port))
                    : Optional.empty();
            roles.put(each.role(), new Deployment.Role(endpoint, List.of(each.fingerprint())));
        }
        return new Deployment(
                TrustSetting.POPCORN,
                "hardened",
                model,
                roles,
                new Deployment.Disclosure(Deployment.Policy.LABEL, 1),
                new Deployment.Quotas(10, 10),
                new Deployment.Limits(1, 4, Duration.ofMinutes(1)),
                new Deployment.Validity(
                        Instant.now().minusSeconds(60), Instant.now().plus(Duration.ofDays(400))));
    }
}
