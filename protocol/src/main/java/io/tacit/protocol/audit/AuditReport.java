package io.tacit.protocol.audit;

import io.tacit.model.image.Picture;
import java.util.List;

/**
 * What came out of an audit.
 *
 * @param protocol such as {@code securenets}
 * @param findings in the order in which they were made
 * @param exhibits pictures beside what a cloud received and what the attacker made of it
 */
public record AuditReport(String protocol, List<Finding> findings, List<Exhibit> exhibits) {

    public AuditReport {
        findings = List.copyOf(findings);
        exhibits = List.copyOf(exhibits);
    }

    /** Whether every attack ended as it must: success on the published mode, chance on the hardened ones. */
    public boolean passed() {
        return findings.stream().allMatch(Finding::passed);
    }

    /**
     * One attack on one mode.
     *
     * @param attack what was done
     * @param mode what it was done to
     * @param samples number of images, games or transcripts
     * @param kind what {@code measured} is
     * @param measured share of labels right or games won; 1 if a statistical test raised an alarm, else 0
     * @param low least value of {@code measured} that passes
     * @param high largest value of {@code measured} that passes
     * @param detail more, for people; may be empty
     */
    public record Finding(
            String attack,
            String mode,
            int samples,
            Kind kind,
            double measured,
            double low,
            double high,
            String detail) {

        /** What a finding measures. */
        public enum Kind {
            /** A share of the samples, 0 to 1. */
            SHARE,
            /** Whether a statistical test raised an alarm: 1 or 0. */
            ALARM
        }

        /** Whether it came out as it must. */
        public boolean passed() {
            return measured >= low && measured <= high;
        }

        /** For people, such as {@code 97.05 %} or {@code caught}. */
        public String result() {
            if (kind == Kind.ALARM) {
                return measured == 1 ? "caught" : "nothing found";
            }
            return percent(measured);
        }

        /** For people, such as {@code at least 95 %} or {@code nothing found}. */
        public String expected() {
            if (kind == Kind.ALARM) {
                return low == 1 ? "caught" : "nothing found";
            }
            if (low == high) {
                return percent(low);
            }
            if (high >= 1) {
                return "at least " + percent(low);
            }
            if (low <= 0) {
                return "at most " + percent(high);
            }
            return percent(low) + " to " + percent(high);
        }

        private static String percent(double share) {
            double hundredths = Math.round(share * 10_000) / 100.0;
            return (hundredths == Math.rint(hundredths)
                            ? Long.toString((long) hundredths)
                            : Double.toString(hundredths))
                    + " %";
        }
    }

    /**
     * One picture.
     *
     * @param mode how it was sent
     * @param label true class
     * @param guessedLabel class that the attacker gave it
     * @param original the picture
     * @param received the high byte of each value that the cloud received for it, in the order received
     * @param reconstructed what the attacker takes the picture for
     */
    public record Exhibit(
            String mode, int label, int guessedLabel, Picture original, Picture received, Picture reconstructed) {}
}
