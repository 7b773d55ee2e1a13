package io.tacit.protocol.linear;

import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.multiparty.CollectivePublicKey;
import io.tacit.crypto.lattice.multiparty.CommonReference;
import io.tacit.crypto.lattice.multiparty.PublicKeyGeneration;
import io.tacit.crypto.lattice.multiparty.PublicKeyShare;
import io.tacit.crypto.lattice.multiparty.SecretKeyShare;
import io.tacit.crypto.random.Seed;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys of one party of a group: its share of the secret key and the collective public key. Made together, by all
 * parties at once, through the receiver of the group, which passes on what is public.
 *
 * @param share this party's; secret
 * @param open the collective key
 */
public record GroupKeys(SecretKeyShare share, CollectivePublicKey open) implements AutoCloseable {

    /**
     * The receiver's end.
     *
     * @param holders channels to all others, in the order of the parties
     * @param ring for which keys are made
     */
    public static GroupKeys makeAtReceiver(List<Channel> holders, LatticeParameters ring, SecureRandom random) {
        holders.forEach(holder -> holder.enter(Phase.PREPARE));
        // every party's part of the common reference
        List<byte[]> contributions = new ArrayList<>();
        contributions.add(contribution(random));
        holders.forEach(holder -> contributions.add(holder.receive(Seed.BYTES)));
        for (Channel holder : holders) {
            contributions.forEach(holder::send);
            holder.flush();
        }
        CommonReference reference = CommonReference.combine(contributions);
        PublicKeyGeneration generation = new PublicKeyGeneration(ring, reference);
        SecretKeyShare key = draw(ring, random);
        // every party's share of the public key
        List<PublicKeyShare> shares = new ArrayList<>();
        shares.add(generation.genShare(key));
        for (Channel holder : holders) {
            shares.add(receive(holder, ring, reference));
        }
        for (Channel holder : holders) {
            shares.forEach(share -> send(holder, share));
            holder.flush();
        }
        return new GroupKeys(key, generation.aggregateShares(shares));
    }

    /**
     * A holder's end.
     *
     * @param parties n
     */
    public static GroupKeys makeAtHolder(Channel receiver, int parties, LatticeParameters ring, SecureRandom random) {
        receiver.enter(Phase.PREPARE);
        receiver.send(contribution(random));
        receiver.flush();
        List<byte[]> contributions = new ArrayList<>();
        for (int i = 0; i < parties; i++) {
            contributions.add(receiver.receive(Seed.BYTES));
        }
        CommonReference reference = CommonReference.combine(contributions);
        PublicKeyGeneration generation = new PublicKeyGeneration(ring, reference);
        SecretKeyShare key = draw(ring, random);
        send(receiver, generation.genShare(key));
        receiver.flush();
        List<PublicKeyShare> shares = new ArrayList<>();
        for (int i = 0; i < parties; i++) {
            shares.add(receive(receiver, ring, reference));
        }
        return new GroupKeys(key, generation.aggregateShares(shares));
    }

    private static byte[] contribution(SecureRandom random) {
        byte[] bytes = new byte[Seed.BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    private static SecretKeyShare draw(LatticeParameters ring, SecureRandom random) {
        try (Seed seed = Seed.random(random)) {
            return SecretKeyShare.of(ring, seed);
        }
    }

    private static void send(Channel peer, PublicKeyShare share) {
        byte[] bytes = share.encode();
        Bulk.sendBytes(peer, bytes, 0, bytes.length);
    }

    private static PublicKeyShare receive(Channel peer, LatticeParameters ring, CommonReference reference) {
        byte[] bytes = new byte[PublicKeyShare.bytes(ring)];
        Bulk.receiveBytes(peer, bytes, 0, bytes.length);
        return PublicKeyShare.decode(ring, reference, bytes, peer.peer());
    }

    /** Overwrites the secret share. */
    @Override
    public void close() {
        share.close();
    }
}
