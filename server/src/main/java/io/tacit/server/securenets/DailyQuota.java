package io.tacit.server.securenets;

import io.tacit.client.deployment.Sha256;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.protocol.securenets.Allowance;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;

/**
 * The deployment's {@code quotas.queries-per-day} at one cloud: predictions of each client, a client being a certificate,
 * from one midnight (UTC) to the next. Counted in memory: a cloud that is started anew begins anew.
 */
public final class DailyQuota {
    private final long perDay;
    private final Clock clock;
    private final Map<Sha256, Long> taken = new HashMap<>(); // of certificates that the deployment names, no others
    private LocalDate day = LocalDate.MIN;

    /** @param perDay most predictions of one client a day */
    public DailyQuota(long perDay, Clock clock) {
        this.perDay = perDay;
        this.clock = clock;
    }

    /** What is left to one client, over all its sessions. */
    Allowance of(Sha256 client) {
        return images -> take(client, images);
    }

    private synchronized void take(Sha256 client, int images) {
        LocalDate today = clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
        if (today.isAfter(day)) { // a clock that is set back gives nothing back
            day = today;
            taken.clear();
        }
        long before = taken.getOrDefault(client, 0L);
        if (images > perDay - before) {
            throw new LimitExceeded("a client has asked for " + before + " predictions today and asks for " + images
                    + " more; the deployment allows " + perDay);
        }
        taken.put(client, before + images);
    }
}
