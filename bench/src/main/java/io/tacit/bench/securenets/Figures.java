package io.tacit.bench.securenets;

import io.tacit.bench.Median;
import io.tacit.crypto.verify.Freivalds;
import io.tacit.protocol.securenets.SecureNetsPlan;
import io.tacit.protocol.securenets.Settings;
import java.util.List;

/**
 * What one batch cost, in seconds of processor time but for {@code totalSeconds}: one run, or the medians of several.
 *
 * @param network the network's name
 * @param settings mode and checks
 * @param checks repetitions of Freivalds' check
 * @param images batch size
 * @param localSeconds plain local evaluation, one thread
 * @param userOnlineSeconds the user's work with the query, its share of the carrier included
 * @param userOfflineSeconds the user's work ahead of the query: pads
 * @param cloudSeconds all clouds together, their share of the carrier included
 * @param totalSeconds wall clock of the online phase with all parties on this machine
 * @param bytes application bytes of the online phase, both ways, all clouds
 * @param bytesPerValue bytes of one residue
 * @param userMultiplications of the user online, an image
 * @param multiplications of the network, an image
 * @param wrongEntryBits -log2 of the probability that one wrong entry passes
 */
public record Figures(
        String network,
        Settings settings,
        int checks,
        int images,
        double localSeconds,
        double userOnlineSeconds,
        double userOfflineSeconds,
        double cloudSeconds,
        double totalSeconds,
        long bytes,
        int bytesPerValue,
        long userMultiplications,
        long multiplications,
        double wrongEntryBits) {

    /** User's online work as a share of local evaluation. */
    public double userShare() {
        return userOnlineSeconds / localSeconds;
    }

    /** Application bytes an image. */
    public double bytesPerImage() {
        return (double) bytes / images;
    }

    /** Images an hour, online, all parties on this machine. */
    public double imagesPerHour() {
        return images * 3600.0 / totalSeconds;
    }

    /** Probability that one wrong entry is found. */
    public double detection() {
        return 1 - Math.pow(2, -wrongEntryBits);
    }

    /** The median of every figure that is measured; the runs are of one network, mode and batch. */
    static Figures median(List<Figures> runs) {
        Figures any = runs.get(0);
        return new Figures(
                any.network,
                any.settings,
                any.checks,
                any.images,
                Median.of(runs, Figures::localSeconds),
                Median.of(runs, Figures::userOnlineSeconds),
                Median.of(runs, Figures::userOfflineSeconds),
                Median.of(runs, Figures::cloudSeconds),
                Median.of(runs, Figures::totalSeconds),
                any.bytes,
                any.bytesPerValue,
                any.userMultiplications,
                any.multiplications,
                any.wrongEntryBits);
    }

    /**
     * -log2 of the probability that a single wrong entry of the largest product passes: (1 - 1/N)^c for c spot checks of N
     * entries, times p^-k for k repetitions of Freivalds' check.
     */
    static double wrongEntryBits(SecureNetsPlan plan) {
        long entries = 1;
        for (var product : plan.products()) {
            entries = Math.max(entries, (long) product.outputPerImage() * plan.imagesPerChunk());
        }
        double missed = plan.settings().spotChecks() * Math.log1p(-1.0 / Math.max(2, entries)) / Math.log(2);
        return -missed + (plan.checks() > 0 ? Freivalds.errorBits(plan.field(), plan.checks(), 1) : 0);
    }
}
