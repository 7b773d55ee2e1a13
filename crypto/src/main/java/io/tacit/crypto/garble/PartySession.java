package io.tacit.crypto.garble;

import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.ot.CorrelatedReceiver;
import io.tacit.crypto.ot.CorrelatedSender;
import io.tacit.crypto.ot.Extension;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import java.util.Arrays;

/**
 * What one of n parties keeps while they garble together: its offset, and correlated transfers in both directions with
 * each of the others. Party i's offset R_i is the correlation of all transfers in which it is the sender, so that a
 * transfer with party k's bit b makes shares of {@code b R_i}: what the free-XOR form of BMR needs for each wire (Ben-Efraim,
 * Lindell, Omri 2016). Not thread-safe.
 *
 * <p>Security: see {@link PartyGarbler}. All parties are semi-honest.
 */
public final class PartySession implements AutoCloseable {
    private final Mesh mesh;
    private final FreeXorOffset offset;
    private final BlockArithmetic blocks;
    private final CorrelatedSender[] senders;
    private final CorrelatedReceiver[] receivers;

    private PartySession(Mesh mesh, FreeXorOffset offset, BlockArithmetic blocks) {
        this.mesh = mesh;
        this.offset = offset;
        this.blocks = blocks;
        this.senders = new CorrelatedSender[mesh.parties()];
        this.receivers = new CorrelatedReceiver[mesh.parties()];
    }

    /**
     * Makes the base transfers, pair after pair; all parties run it at once.
     *
     * @param session at least 16 bytes that name this session and no other, known to all
     * @param offset this party's, for this session alone
     * @param secret seed for this alone
     */
    public static PartySession connect(
            Mesh mesh, byte[] session, Extension extension, FreeXorOffset offset, Seed secret, BlockArithmetic blocks) {
        PartySession party = new PartySession(mesh, offset, blocks);
        for (int sender = 0; sender < mesh.parties(); sender++) {
            for (int receiver = 0; receiver < mesh.parties(); receiver++) {
                if (sender != receiver) {
                    party.connect(sender, receiver, session, extension, secret);
                }
            }
        }
        return party;
    }

    private void connect(int sender, int receiver, byte[] session, Extension extension, Seed secret) {
        byte[] name = Arrays.copyOf(session, session.length + 2);
        name[session.length] = (byte) sender;
        name[session.length + 1] = (byte) receiver;
        if (sender == mesh.self()) {
            Seed seed = secret.derive("transfers to", Integer.toString(receiver));
            senders[receiver] = CorrelatedSender.connect(mesh.to(receiver), name, extension, offset, seed, blocks);
            mesh.to(receiver).flush();
        } else if (receiver == mesh.self()) {
            Seed seed = secret.derive("transfers from", Integer.toString(sender));
            receivers[sender] = CorrelatedReceiver.connect(mesh.to(sender), name, extension, seed, blocks);
            mesh.to(sender).flush();
        }
    }

    Mesh mesh() {
        return mesh;
    }

    FreeXorOffset offset() {
        return offset;
    }

    BlockArithmetic blocks() {
        return blocks;
    }

    /** Transfers in which this party is the sender, with its offset. */
    CorrelatedSender sender(int receiver) {
        return senders[receiver];
    }

    CorrelatedReceiver receiver(int sender) {
        return receivers[sender];
    }

    /** Overwrites the last transfers; the offset is its owner's to close. */
    @Override
    public void close() {
        for (int party : mesh.others()) {
            senders[party].close();
            receivers[party].close();
        }
    }
}
