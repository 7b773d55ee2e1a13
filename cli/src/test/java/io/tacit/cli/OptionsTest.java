package io.tacit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.wire.DeploymentFile;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.Software;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong options and files: status 2 and one line that says what to do, before any work is done. */
class OptionsTest {
    private static final String HOME = "tacit.home";

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // JUnit fills the folder
    OptionsTest() {}

    /** Where the example networks are: the tests run in this module's folder. */
    @BeforeAll
    static void findExamples() {
        System.setProperty(HOME, "..");
    }

    @AfterAll
    static void forgetExamples() {
        System.clearProperty(HOME);
    }

    private record Said(int status, String errors) {}

    private static Said run(String... arguments) {
        PrintStream before = System.err;
        java.io.ByteArrayOutputStream errors = new java.io.ByteArrayOutputStream();
        try (PrintStream caught = new PrintStream(errors, true, StandardCharsets.UTF_8)) {
            System.setErr(caught);
            int status = Main.run(arguments);
            return new Said(status, errors.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
    }

    private static void refused(Said said, String words) {
        assertThat(said.errors).contains(words).doesNotContain("\tat ").doesNotContain("this is a bug");
        assertThat(said.errors.lines().filter(line -> line.startsWith("tacit: ")))
                .hasSize(1);
        assertThat(said.status).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense | nonsense",
                "bench networks --protocol nobodys | this version measures securenets",
                "bench networks --protocol seco --servers 1 | not within 2",
                "bench networks --protocol seco --mode sideways | --mode",
                "bench networks --protocol seco --mode published --servers 4 | 3 servers",
                "bench networks --protocol seco --network no_such_network | no network no_such_network.onnx",
                "bench networks --at 2 | --at and --servers are for seco",
                "bench networks --batch 0 | --batch and --runs must be at least 1",
                "bench networks --runs 0 | --batch and --runs must be at least 1",
                "bench networks --network no_such_network | no network no_such_network.onnx",
                "bench networks --mode sideways | --mode",
                "bench networks --protocol popcorn --mode blinded_two | popcorn has published",
                "bench networks --protocol popcorn --until conv1 | --until is for popcorn with --mode published",
                "bench networks --judged 0 | --judged and --pixels must be at least 1",
                "bench networks --json no-such-folder/x.json | there is no folder",
                "bench networks --page no-such-folder/x.html | there is no folder",
                "bench kernels --json no-such-folder/x.json | there is no folder",
                "bench kernels --page no-such-folder/x.html | there is no folder",
                "bench networks --core 5;1 | --core is for privdnn",
                "bench networks --protocol privdnn --core 5 | two lists",
                "bench networks --protocol privdnn --core 6;1 | filters 0 to 5",
                "bench networks --protocol privdnn --batch 16385 | at most 16384",
                "bench networks --protocol privdnn --mode sideways | --mode",
                "demo --page no-such-folder/x.html | there is no folder",
                "demo --mode published | --mode is for privdnn",
                "demo --protocol privdnn --mode sideways | there are: hardened, published",
                "demo --protocol privdnn --mode published --policy label | all scores",
                "plan no-such.tacit --core 5;1 | --core is for privdnn",
                "plan no-such.tacit --protocol privdnn | --core",
                "plan no-such.tacit | no-such.tacit",
                "split no-such.tacit | no-such.tacit",
                "split no-such.tacit --servers alone | 2 to 16 servers",
                "split no-such.tacit --servers a,b,a | names a twice",
                "split no-such.tacit --servers a,../b | is not a name for a file",
                "keygen --protocol seco --model no-such.user.tacit | no-such.user.tacit",
                "keygen --protocol seco --model no-such.user.tacit --policy label | chosen with 'tacit split'",
                "plan --protocol seco --servers 1 no-such.tacit | is not within 2 .. 16",
                "plan --protocol outsourced --hide-depth 9 no-such.tacit | --hide-depth is for seco",
                "demo --protocol popcorn --mode published | --mode is for privdnn and seco",
                "split no-such.tacit --mode secret | no mode 'secret'",
                "split no-such.tacit --mode published --servers a,b | mode published has 3 servers",
                "split no-such.tacit --hide-depth 0 | is not within 1 .. 4096",
                "serve | --role",
                "serve --role cloud-1 --deployment no-such.conf | no-such.conf",
                "predict picture.png | --model",
                "predict --model no-such.tacit picture.png | no-such.tacit",
                "predict --model no-such.tacit | PICTURE",
                "predict --model x --json no-such-folder/x.json y.png | there is no folder",
                "prepare --model no-such.tacit | deployment.conf",
                "prepare --model no-such.tacit --queries many --pads x | --queries",
                "predict --model x --pads-budget lots y.png | --pads-budget",
            })
    void aWrongOption(String arguments, String words) {
        refused(run(arguments.split(" ")), words);
    }

    @Test
    void optionsThatDoNotFitTheDeployment() throws IOException {
        deployment();
        Path conf = folder.resolve("deployment.conf");
        Path model = folder.resolve("net.tacit");
        String role = "--deployment=" + conf;
        refused(run("serve", role, "--role", "cloud-9"), "has no role 'cloud-9'");
        refused(run("serve", role, "--role", "user"), "asks with 'tacit predict'");
        refused(run("serve", role, "--role", "cloud-1", "--record-limit", "-1"), "is negative");
        refused(run("serve", role, "--role", "cloud-1", "--record", "no-such-folder/x"), "there is no folder");
        refused(run("serve", role, "--role", "cloud-1", "--disk-budget", "-1"), "is negative");
        refused(
                run(
                        "serve",
                        role,
                        "--role",
                        "cloud-1",
                        "--identity",
                        folder.resolve("cloud-2.pem").toString()),
                "is not that of role cloud-1");
        for (String wrong : List.of("0", "65")) {
            refused(
                    run("prepare", role, "--model", model.toString(), "--pads", folder.toString(), "--batch", wrong),
                    "--batch within 1 .. 64");
        }
        refused(run("predict", role, "--model", model.toString(), "--json", folder.toString(), "x.png"), "is a folder");
        refused(
                run("predict", role, "--model", conf.toString(), "x.png"),
                conf.getFileName().toString());
    }

    @Test
    void theSamePolicyForPlansAndKeys() throws IOException {
        Path model = folder.resolve("net.tacit");
        IntegerNetworkFile.write(ProcessesTest.network("mnist_m1_relu"), model);
        for (String command : List.of("plan --counts-only", "keygen --protocol=outsourced --model")) {
            for (String wrong : List.of(
                    "--policy=best | no policy 'best'",
                    "--top-k=11 | not within 1 .. 10",
                    "--policy=label --top-k=2 | goes with")) {
                String[] parts = wrong.split(" \\| ");
                refused(run((command + " " + model + " " + parts[0]).split(" ")), parts[1]);
            }
        }
    }

    @Test
    void everyOneWhoMayAskHasAKeyOfItsOwn() throws IOException {
        Path model = folder.resolve("net.tacit");
        IntegerNetworkFile.write(ProcessesTest.network("mnist_m1_relu"), model);
        String[] keygen = {"keygen", "--protocol=outsourced", "--model=" + model, "--dir=" + folder.resolve("keys")};
        for (String wrong : List.of("0", "65")) {
            refused(run(with(keygen, "--askers=" + wrong)), "not within 1 .. 64");
        }
        assertThat(run(with(keygen, "--askers=3")).status).isZero();
        Deployment deployment = DeploymentFile.read(folder.resolve("keys/deployment.conf"));
        List<Sha256> made = new ArrayList<>();
        for (String name : List.of("client", "client-2", "client-3")) {
            made.add(Identity.load(folder.resolve("keys/" + name + ".pem")).fingerprint());
        }
        assertThat(deployment.role("client").certificates()).containsExactlyInAnyOrderElementsOf(made);
        assertThat(deployment.role("owner").certificates()).hasSize(1);
        assertThat(deployment.roles().keySet()).containsExactlyInAnyOrder("owner", "client", "garbler", "evaluator");
    }

    private static String[] with(String[] arguments, String further) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = further;
        return all;
    }

    @Test
    void theDoctorKnowsTheNetworkWithAndWithoutItsWeights() throws IOException {
        Path model = folder.resolve("net.tacit");
        IntegerNetworkFile.write(ProcessesTest.network("mnist_m1_relu"), model);
        Path dir = folder.resolve("keys");
        assertThat(run("keygen", "--protocol=outsourced", "--model=" + model, "--dir=" + dir).status)
                .isZero();
        for (Path file : List.of(model, dir.resolve("net.public.tacit"))) {
            StringWriter said = new StringWriter();
            Main.commands()
                    .setOut(new PrintWriter(said))
                    .execute(
                            "doctor",
                            "--deployment=" + dir.resolve("deployment.conf"),
                            "--role=owner",
                            "--identity=" + dir.resolve("owner.pem"),
                            "--model=" + file);
            assertThat(said.toString()).containsPattern("ok +model").doesNotContainPattern("BAD +model");
        }
    }

    private void deployment() throws IOException {
        IntegerNetwork network = ProcessesTest.network("mnist_m1_relu");
        IntegerNetworkFile.write(network, folder.resolve("net.tacit"));
        new NewDeployment(
                        TrustSetting.SECURENETS,
                        "blinded",
                        2,
                        Sha256.ofDigest(network.hash()),
                        Map.of(),
                        new Deployment.Disclosure(Deployment.Policy.SCORES, 0),
                        64,
                        Duration.ofHours(1))
                .write(folder);
    }

    @Test
    void jsonIsWrittenInOneStep() throws IOException {
        Path file = folder.resolve("x.json");
        Files.writeString(file, "old");
        OutputFile.writeJson(file, Map.of("a", 1));
        assertThat(Files.readString(file).replaceAll("\\s", "")).isEqualTo("{\"a\":1}");
        StringWriter unwritable = new StringWriter();
        try {
            OutputFile.writeJson(file, new Object() {
                @SuppressWarnings("unused") // read by the JSON library
                public int getValue() {
                    throw new IllegalStateException("half way");
                }
            });
        } catch (RuntimeException e) {
            unwritable.write(String.valueOf(e.getMessage()));
        }
        assertThat(unwritable.toString()).contains("half way");
        assertThat(Files.readString(file)).contains("\"a\"");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void jarsSayTheirVersion() {
        String place = Software.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        Assumptions.assumeTrue(place.endsWith(".jar"), "classes are run from " + place);
        assertThat(Software.version()).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
    }
}
