package io.tacit.client.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.fail;

import io.tacit.crypto.seal.SealingKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DeploymentTest {
    private static final Path SAMPLE = Path.of("../docs/deployment.conf");

    @Test
    void theSampleInTheDocumentsIsWhatTheWriterWrites() throws Exception {
        String text = DeploymentWriter.write(sample(TrustSetting.SECURENETS, 2));
        if (Boolean.getBoolean("tacit.regenerate")) {
            Files.writeString(SAMPLE, text);
        }
        assertThat(SAMPLE).as("run the tests once with -Dtacit.regenerate=true").hasContent(text);
    }

    @ParameterizedTest
    @EnumSource
    void readingInvertsWriting(TrustSetting protocol) {
        int numbered = protocol == TrustSetting.SECURENETS ? 3 : protocol == TrustSetting.SECO ? 4 : 0;
        Deployment deployment = sample(protocol, numbered);
        Deployment read = DeploymentReader.read(DeploymentWriter.write(deployment), "test");
        assertThat(read).isEqualTo(deployment);
        assertThat(read.hash()).isEqualTo(deployment.hash());
    }

    @Test
    void theHashIsIndependentOfCommentsOrderAndNotation() {
        String text = text();
        String stripped = text.replaceAll("(?m)^ *#.*\n", "").replaceAll("\n\n+", "\n");
        String fingerprint = Sha256.of(new byte[] {0}).hex();
        String colons = fingerprint.toUpperCase(java.util.Locale.ROOT).replaceAll("(..)(?!$)", "$1:");
        String reordered = "valid { until = \"2027-01-01T00:00:00.000Z\", from = \"2026-01-01T00:00:00Z\" }\n"
                + stripped.substring(0, stripped.indexOf("valid {"))
                        .replace("10 m", "600 s")
                        .replace(fingerprint, colons);
        assertThat(reordered).contains(colons);
        Deployment a = DeploymentReader.read(text, "a");
        Deployment b = DeploymentReader.read(reordered, "b");
        assertThat(b).isEqualTo(a);
        assertThat(b.hash()).isEqualTo(a.hash());
    }

    @Test
    void everyValueChangesTheHash() {
        String text = text();
        Sha256 hash = DeploymentReader.read(text, "test").hash();
        String[][] changes = {
            {"mode = blinded", "mode = blinded # ", "same"},
            {"127.0.0.1:7001", "127.0.0.1:7003", "other"},
            {Sha256.of(new byte[] {0}).hex(), Sha256.of(new byte[] {77}).hex(), "other"},
            {"policy = label", "policy = top-k", "other"},
            {"queries-per-day = 10000", "queries-per-day = 10001", "other"},
            {"prepared-queries = 100", "prepared-queries = 101", "other"},
            {"batch = 256", "batch = 255", "other"},
            {"sessions = 16", "sessions = 17", "other"},
            {"10 m", "11 m", "other"},
            {"2026-01-01", "2026-01-02", "other"},
            {"2027-01-01", "2027-01-02", "other"},
        };
        for (String[] change : changes) {
            String changed = text.replace(change[0], change[1]);
            assertThat(changed).isNotEqualTo(text);
            boolean same = DeploymentReader.read(changed, "test").hash().equals(hash);
            assertThat(same).as(change[1]).isEqualTo(change[2].equals("same"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    format = 1            | format = 2              | format must be 1
                    format = 1            | frmat = 1               | frmat is not a key
                    format = 1            | frmat = 1               | format is missing
                    protocol = securenets | protocol = slalom       | protocol must be one of
                    mode = blinded        | mode = hardened         | mode must be one of blinded
                    mode = blinded        | mode = published        | needs 1 to 1 roles cloud-1
                    mode = blinded        | mode = 7                | mode must be text
                    policy = label        | policy = top-k          | top-k must be 1 with
                    batch = 256           | batch = 0               | limits.batch must be a whole number
                    batch = 256           | batch = 2.5             | limits.batch must be a whole number
                    batch = 256           | batch = 1e9             | limits.batch must be a whole number
                    batch = 256           | batch = many            | limits.batch must be a whole number
                    batch = 256           | batch = null            | limits.batch is missing
                    batch = 256           | batches = 256           | limits.batches is not a key
                    10 m                  | ten minutes             | limits.message-deadline must be a time
                    10 m                  | 0 s                     | limits.message-deadline must be a time
                    127.0.0.1:7001        | 127.0.0.1:70010         | endpoint must be
                    127.0.0.1:7001        | 127.0.0.1               | endpoint must be
                    2026-01-01T           | 2028-01-01T             | valid.until is not after
                    2026-01-01T00:00:00Z  | yesterday               | valid.from must be a time
                    cloud-2 {             | cloud-3 {               | role cloud-2 is missing
                    cloud-2 {             | server {                | roles cloud-1
                    valid {               | valid = 3, v {          | valid must be a section
                    certificates = [      | certificates = x, y = [ | certificates must be a list
                    mode = blinded        | include "/etc/passwd"   | include is not allowed
                    mode = blinded        | include file("/etc/p")  | include is not allowed
                    mode = blinded        | include url("http://x") | include is not allowed
                    mode = blinded        | mode = ${HOME}          | substitutions
                    mode = blinded        | mode = "bli             | line 13
                    """)
    void badValuesAreNamed(String from, String to, String expected) {
        String text = text();
        assertThat(text).contains(from.strip());
        String changed = text.replace(from.strip(), to.strip());
        if (expected.startsWith("top-k")) {
            changed = changed.replace("top-k = 1\n", "top-k = 0\n");
        }
        InvalidDeployment thrown = refusal(changed);
        assertThat(thrown.findings()).anySatisfy(finding -> assertThat(finding).contains(expected));
        assertThat(thrown.getMessage()).doesNotContain("\n");
    }

    @Test
    void allFindingsComeTogetherWithTheirLines() {
        String text = text().replace("batch = 256", "batch = 0").replace("mode = blinded", "mode = blind");
        InvalidDeployment thrown = refusal(text);
        assertThat(thrown.findings()).hasSize(2);
        int line = 1
                + (int) text.substring(0, text.indexOf("mode = blind")).lines().count();
        assertThat(thrown.findings().get(0)).startsWith("line " + (line - 1 + 1) + ": mode");
        assertThat(thrown.findings().get(1)).matches("line [0-9]+: limits.batch .*");
        assertThat(thrown.getMessage()).startsWith("deployment.conf: ");
    }

    @Test
    void hugeAndDeepTextIsRefusedBeforeItIsParsed() {
        for (String text : List.of(
                "a".repeat(1 << 17),
                "a {".repeat(10_000),
                "[".repeat(10_000),
                "a.".repeat(30_000),
                ("a" + ".a".repeat(400) + " = 1\n").repeat(70))) {
            assertThat(refusal(text).findings()).isNotEmpty();
        }
    }

    @Test
    void randomTextGivesNoOtherException() {
        String good = text();
        String letters = "{}[]=:,.\"#\\ \n$abc019-+\u0000\u00e4\u2028";
        for (long seed = 0; seed < 1_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "" : good);
            int edits = 1 + random.nextInt(20);
            for (int i = 0; i < edits; i++) {
                int at = text.length() == 0 ? 0 : random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.insert(at, letters.charAt(random.nextInt(letters.length())));
                    case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(30)));
                    default -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(60))));
                }
            }
            try {
                DeploymentReader.read(text.toString(), "fuzz");
            } catch (InvalidDeployment e) {
                assertThat(e.getMessage()).as("seed %d", seed).doesNotContain("\n");
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed " + seed, e);
            }
        }
    }

    @Test
    void serversOfSecoHaveSealingKeysAndNobodyElse() {
        String text = DeploymentWriter.write(sample(TrustSetting.SECO, 1));
        Deployment read = DeploymentReader.read(text, "test");
        assertThat(read.role("user").sealingKey()).isEmpty();
        assertThat(read.role("gateway").sealingKey()).isPresent();
        assertThat(refusal(text.replaceFirst("sealing-key = \"..", "sealing-key = \"")))
                .hasMessageContaining("sealing-key must be 64 hexadecimal digits");
        assertThat(refusal(text.replaceFirst("sealing-key = .*", "")).getMessage())
                .contains("sealing-key is missing");
        assertThat(refusal(text().replaceFirst("certificates = ", "sealing-key = \"00\", certificates = ")))
                .hasMessageContaining("sealing-key must be absent");
        // another key is another deployment
        String other = text.replaceFirst("sealing-key = \"..", "sealing-key = \"ab");
        assertThat(DeploymentReader.read(other, "test").hash()).isNotEqualTo(read.hash());
    }

    @ParameterizedTest
    @CsvSource({
        "hardened, 1, true",
        "hardened, 15, true",
        "hardened, 16, false",
        "published, 2, true",
        "published, 1, false"
    })
    void howManyServersSecoTakes(String mode, int numbered, boolean fits) {
        Set<String> roles = new TreeSet<>(List.of("user", "gateway"));
        for (int i = 1; i <= numbered; i++) {
            roles.add("server-" + i);
        }
        assertThat(TrustSetting.SECO.findings(mode, roles).isEmpty()).isEqualTo(fits);
    }

    private static String text() {
        return DeploymentWriter.write(sample(TrustSetting.SECURENETS, 2));
    }

    private static InvalidDeployment refusal(String text) {
        return catchThrowableOfType(InvalidDeployment.class, () -> DeploymentReader.read(text, "deployment.conf"));
    }

    static Deployment sample(TrustSetting protocol, int numbered) {
        TreeMap<String, Deployment.Role> roles = new TreeMap<>();
        int port = 7001;
        for (String role : protocol.roles(numbered)) {
            Optional<Deployment.Endpoint> endpoint = Optional.empty();
            if (protocol.listens(role)) {
                endpoint = Optional.of(new Deployment.Endpoint("127.0.0.1", port++));
            }
            Sha256 certificate = Sha256.of(new byte[] {(byte) roles.size()});
            Optional<SealingKey> key =
                    protocol.opensSealed(role) ? Optional.of(SealingKey.of(certificate.bytes(), 0)) : Optional.empty();
            roles.put(role, new Deployment.Role(endpoint, List.of(certificate), key));
        }
        return new Deployment(
                protocol,
                protocol.modes().get(0),
                Sha256.of("model".getBytes(StandardCharsets.UTF_8)),
                roles,
                new Deployment.Disclosure(Deployment.Policy.LABEL, 1),
                new Deployment.Quotas(10_000, 100),
                new Deployment.Limits(256, 16, Duration.ofMinutes(10)),
                new Deployment.Validity(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2027-01-01T00:00:00Z")));
    }
}
