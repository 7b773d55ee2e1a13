package io.tacit.protocol.outsourced;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.protocol.material.MaterialException;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.Opening;
import io.tacit.protocol.shares.Tensors;
import java.util.Arrays;

/** How seeds and vectors stand in material and in messages. */
final class Material {

    private Material() {}

    static Seed readSeed(MaterialStore.Claim claim) {
        byte[] bytes = new byte[Seed.BYTES];
        claim.read(bytes, 0, bytes.length);
        try {
            return Seed.of(bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    static void write(MaterialStore.Draft draft, RingVector vector) {
        byte[] bytes = new byte[Math.toIntExact(vector.packedBytes())];
        vector.store(0, vector.length(), bytes, 0);
        draft.write(bytes, 0, bytes.length);
        Arrays.fill(bytes, (byte) 0);
    }

    static RingVector read(MaterialStore.Claim claim, Ring ring, int length) {
        RingVector vector = ring.zeros(length);
        byte[] bytes = new byte[Math.toIntExact(vector.packedBytes())];
        claim.read(bytes, 0, bytes.length);
        if (!vector.load(bytes, 0, 0, length)) {
            throw new MaterialException("material " + claim.id() + " is damaged; prepare new material");
        }
        Arrays.fill(bytes, (byte) 0);
        return vector;
    }

    /** A server's part of an opening: share minus mask. */
    static RingVector masked(RingVector share, RingVector mask, Opening opening) {
        RingVector part = opening.ring().zeros(share.length());
        opening.ring().subtract(share.reduced(opening.ring()), 0, mask, 0, part, 0, part.length());
        return part;
    }

    static RingVector receive(Channel channel, SharingPlan plan, Opening opening) {
        int size = plan.network().steps().get(opening.tensor()).shape().size();
        RingVector part = opening.ring().zeros(size);
        part.receive(
                channel, 0, size, plan.network().steps().get(opening.tensor()).name());
        return part;
    }

    /** A server's share of the scores, packed. */
    static byte[] scores(SharingPlan plan, Tensors tensors) {
        int last = plan.network().steps().size() - 1;
        RingVector share = tensors.get(last).reduced(plan.ring(last));
        byte[] bytes = new byte[Math.toIntExact(share.packedBytes())];
        share.store(0, share.length(), bytes, 0);
        return bytes;
    }
}
