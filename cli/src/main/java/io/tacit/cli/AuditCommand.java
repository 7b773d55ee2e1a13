package io.tacit.cli;

import io.tacit.bench.report.HtmlPage;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.crypto.random.Seed;
import io.tacit.model.data.IdxReader;
import io.tacit.model.data.LabelledImages;
import io.tacit.model.image.Picture;
import io.tacit.protocol.audit.AuditProgress;
import io.tacit.protocol.audit.AuditReport;
import io.tacit.protocol.audit.OutsourcedAudit;
import io.tacit.protocol.audit.PopcornAudit;
import io.tacit.protocol.audit.PrivDnnAudit;
import io.tacit.protocol.audit.SecoAudit;
import io.tacit.protocol.audit.SecureNetsAudit;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the known attacks against every mode of a protocol. */
@Command(
        name = "audit",
        description =
                "Runs the known attacks: they must work where nothing protects and fail elsewhere; and tests what each"
                        + " server receives.")
final class AuditCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PROTOCOL", description = "securenets, outsourced, popcorn, privdnn or seco")
    private String protocol;

    @Option(
            names = "--data",
            defaultValue = "data",
            paramLabel = "DIR",
            description = "securenets: folder with mnist/, as 'tacit data mnist' makes it (default: ${DEFAULT-VALUE})")
    private Path data;

    @Option(
            names = "--quick",
            description =
                    "securenets: 200 images and 300 games instead of 2,000 and 1,000; outsourced: 80 queries a situation"
                            + " instead of 160; popcorn: 200 queries, not 1,000; privdnn: 16 pictures, not 100; seco: 16"
                            + " queries a situation instead of 64")
    private boolean quick;

    @Option(names = "--page", paramLabel = "FILE", description = "also writes a page")
    private @Nullable Path page;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    AuditCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (page != null) {
            OutputFile.check(page);
        }
        AuditReport report;
        long start = System.nanoTime();
        try (Cores cores = new Cores()) {
            report = switch (protocol) {
                case "securenets" -> secureNets(cores);
                case "outsourced" -> outsourced(cores);
                case "popcorn" -> popcorn(cores);
                case "privdnn" -> privDnn(cores);
                case "seco" -> seco(cores);
                default ->
                    throw new BadInput("this version audits securenets, outsourced, popcorn, privdnn and seco, not '"
                            + protocol + "'");
            };
        }
        out.printf(
                "%-68s %-36s %7s  %-14s %-20s%n",
                "attack", protocol.equals("outsourced") ? "who" : "mode", "samples", "result", "must be");
        for (AuditReport.Finding finding : report.findings()) {
            out.printf(
                    "%-68s %-36s %7d  %-14s %-20s %s%n",
                    finding.attack(),
                    finding.mode(),
                    finding.samples(),
                    finding.result(),
                    finding.expected(),
                    finding.passed() ? "" : "  <- NOT AS IT MUST BE");
        }
        out.printf(Locale.ROOT, "%.0f s%n", (System.nanoTime() - start) / 1e9);
        if (page != null) {
            write(report, page);
            out.println("page: " + page.toAbsolutePath());
        }
        out.println(report.passed() ? "audit passed" : "audit FAILED");
        return report.passed() ? 0 : 1;
    }

    private AuditReport secureNets(Cores cores) throws IOException {
        Path folder = data.resolve(DataSet.mnist.folder());
        if (!Files.isDirectory(folder)) {
            throw new BadInput(
                    "the attacks need public pictures in " + folder + ": run 'tacit data mnist --dir " + data + "'");
        }
        LabelledImages known = IdxReader.read(folder, "train");
        LabelledImages secret = IdxReader.read(folder, "t10k");
        SecureNetsAudit.Options options = quick ? SecureNetsAudit.Options.quick() : SecureNetsAudit.Options.full();
        try (Progress progress = Progress.start("tacit audit", 100)) {
            return new SecureNetsAudit(known, secret, options, cores.growing(), cores.workers(), showing(progress))
                    .run();
        }
    }

    private AuditReport outsourced(Cores cores) {
        OutsourcedAudit.Options options = quick ? OutsourcedAudit.Options.quick() : OutsourcedAudit.Options.full();
        try (Progress progress = Progress.start("tacit audit", 100)) {
            return new OutsourcedAudit(options, cores.growing(), showing(progress)).run();
        }
    }

    /** The client's own attack needs no pictures. */
    private AuditReport popcorn(Cores cores) {
        SecureRandom random = new SecureRandom();
        try (Seed seed = Seed.random(random);
                PaillierKeys keys = PaillierKeys.generate(KeyLength.BITS_2048, seed, cores.workers())) {
            return new PopcornAudit(keys, quick ? 200 : 1_000, random, cores.growing(), cores.workers()).run();
        }
    }

    /** A network made for the purpose: what is at stake is in its filters. */
    private AuditReport privDnn(Cores cores) {
        return new PrivDnnAudit(quick ? 16 : 100, new SecureRandom(), cores.growing(), cores.workers()).run();
    }

    private AuditReport seco(Cores cores) {
        SecoAudit.Options options = quick ? SecoAudit.Options.quick() : SecoAudit.Options.full();
        try (Progress progress = Progress.start("tacit audit", 100)) {
            return new SecoAudit(options, cores.growing(), showing(progress)).run();
        }
    }

    private static AuditProgress showing(Progress progress) {
        return (step, steps, description) -> progress.moveTo(100L * step / steps, description);
    }

    private static void write(AuditReport report, Path file) throws IOException {
        HtmlPage html = new HtmlPage(
                "Tacit audit: " + report.protocol(),
                !report.protocol().equals("outsourced")
                        ? "The known attacks, run against what the attacked parties' peers really received in each mode. They must work on"
                                + " the published mode and end at chance on the others."
                        : "What each of the two servers received, from deployment to answer, under two inputs and two"
                                + " networks. The tests must find nothing in it, and must find every simulated fault.");
        List<List<String>> rows = new ArrayList<>();
        for (AuditReport.Finding finding : report.findings()) {
            rows.add(List.of(
                    finding.attack(),
                    finding.mode(),
                    Integer.toString(finding.samples()),
                    finding.result(),
                    finding.expected(),
                    finding.passed() ? "as it must be" : "NOT as it must be"));
        }
        html.table(
                List.of(
                        "attack",
                        report.protocol().equals("outsourced") ? "who" : "mode",
                        "samples",
                        "result",
                        "must be",
                        ""),
                rows);
        html.verdict(report.passed(), report.passed() ? "audit passed" : "audit FAILED");
        if (!report.exhibits().isEmpty()) {
            html.heading("What a cloud received, and what an attacker makes of it");
        }
        for (AuditReport.Exhibit exhibit : report.exhibits()) {
            html.pictures(
                    112,
                    List.of(
                            new HtmlPage.Picture(
                                    image(exhibit.original()), exhibit.mode() + ": the picture, a " + exhibit.label()),
                            new HtmlPage.Picture(image(exhibit.received()), "as received"),
                            new HtmlPage.Picture(
                                    image(exhibit.reconstructed()),
                                    "the attacker's view; taken for a " + exhibit.guessedLabel())));
        }
        html.write(file);
    }

    private static BufferedImage image(Picture picture) {
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                int level = picture.pixels()[y * picture.width() + x] & 0xff;
                image.setRGB(x, y, level << 16 | level << 8 | level);
            }
        }
        return image;
    }
}
