package io.tacit.server.quota;

import io.tacit.client.deployment.Sha256;
import io.tacit.crypto.channel.LimitExceeded;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * What each client may take of one server from one midnight (UTC) to the next, a client being a certificate: predictions, as
 * the deployment's {@code quotas.queries-per-day} says, or what else a server counts. Counted in memory: a server that is
 * started anew begins anew.
 */
public final class DailyQuota {
    private final long perDay;
    private final String what;
    private final Clock clock;
    private final Map<Sha256, Long> taken = new HashMap<>(); // of certificates that the deployment names, no others
    private LocalDate day = LocalDate.MIN;

    /**
     * @param perDay most of one client a day
     * @param what is counted, in the plural, for messages
     */
    public DailyQuota(long perDay, String what, Clock clock) {
        this.perDay = perDay;
        this.what = what;
        this.clock = clock;
    }

    /** @param perDay most predictions of one client a day */
    public static DailyQuota ofPredictions(long perDay, Clock clock) {
        return new DailyQuota(perDay, "predictions", clock);
    }

    /**
     * What is left to one client, over all its sessions: takes up so many, or throws {@link LimitExceeded} if they are more
     * than is left; then none are taken up.
     */
    public LongConsumer of(Sha256 client) {
        return wanted -> take(client, wanted);
    }

    private synchronized void take(Sha256 client, long wanted) {
        LocalDate today = clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
        if (today.isAfter(day)) { // a clock that is set back gives nothing back
            day = today;
            taken.clear();
        }
        long before = taken.getOrDefault(client, 0L);
        if (wanted > perDay - before) {
            throw new LimitExceeded("a client has asked for " + before + " " + what + " today and asks for " + wanted
                    + " more; " + perDay + " are allowed");
        }
        taken.put(client, before + wanted);
    }
}
