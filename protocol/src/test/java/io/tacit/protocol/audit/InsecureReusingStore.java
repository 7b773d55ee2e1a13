package io.tacit.protocol.audit;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.protocol.material.DelegatingStore;
import io.tacit.protocol.material.MaterialId;
import io.tacit.protocol.material.MaterialKind;
import io.tacit.protocol.material.MaterialStore;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A store as it must not be: it hands the first pad of each kind out again and again. */
final class InsecureReusingStore extends DelegatingStore {
    private final Map<MaterialKind, byte[]> firstOfKind = new LinkedHashMap<>();

    /** @param store does everything else */
    InsecureReusingStore(MaterialStore store) {
        super(store);
    }

    @Override
    public Optional<Claim> claim(MaterialKind kind) {
        return super.claim(kind).map(claim -> again(kind, claim));
    }

    @Override
    public Claim claim(MaterialKind kind, MaterialId id) {
        throw new ProtocolAbort("user", "claim", AbortReason.MATERIAL_SPENT);
    }

    private Claim again(MaterialKind kind, Claim claim) {
        byte[] own = new byte[(int) claim.sizeBytes()];
        claim.read(own, 0, own.length);
        claim.close();
        byte[] reused = firstOfKind.computeIfAbsent(kind, k -> own);
        return new Claim() {
            private int at;

            @Override
            public MaterialId id() {
                return claim.id();
            }

            @Override
            public long sizeBytes() {
                return reused.length;
            }

            @Override
            public void read(byte[] into, int offset, int length) {
                System.arraycopy(reused, at, into, offset, length);
                at += length;
            }

            @Override
            public void close() {}
        };
    }

    /** Does nothing: it outlives its sessions. */
    @Override
    public void close() {}
}
