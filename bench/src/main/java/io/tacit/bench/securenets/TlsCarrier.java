package io.tacit.bench.securenets;

import io.tacit.bench.link.TlsLoopback;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.securenets.SecureNetsSession;
import io.tacit.protocol.securenets.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** TLS 1.3 over loopback with fresh certificates, as separate processes would have it. */
public final class TlsCarrier implements Carrier, AutoCloseable {
    private final TlsLoopback loopback;

    /** @param folder empty folder for the certificates and keys, which the caller removes */
    public TlsCarrier(Path folder, Mode mode) throws IOException {
        loopback = new TlsLoopback(
                folder,
                TrustSetting.SECURENETS,
                mode.clouds(),
                switch (mode) {
                    case PUBLISHED -> "published";
                    case BLINDED_ONE -> "weights-public";
                    case BLINDED_TWO, BLINDED_THREE -> "blinded";
                },
                Set.copyOf(SecureNetsSession.LANES),
                Optional.empty());
    }

    @Override
    public Lane open(int cloud, int lane) {
        TlsLoopback.Lane ends = loopback.open("user", "cloud-" + (cloud + 1), SecureNetsSession.LANES.get(lane));
        return new Lane(ends.dialling(), ends.listening());
    }

    @Override
    public void close() {
        loopback.close();
    }
}
