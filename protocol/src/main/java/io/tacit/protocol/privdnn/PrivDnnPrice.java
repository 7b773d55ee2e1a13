package io.tacit.protocol.privdnn;

import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.ot.CorrelatedReceiver;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.protocol.nonlinear.Chunk;
import io.tacit.protocol.nonlinear.SessionName;
import io.tacit.protocol.plan.Disclosure;
import java.util.List;

/** The exact price of a {@link PrivDnnPlan}: gates, transfers, and what the user's channel counts. */
public final class PrivDnnPrice {
    private final PrivDnnPlan plan;
    private final int returnBytes;

    /** @param returnBytes of a ciphertext that goes to the owner, {@link CorePlan#returnBytes} */
    public PrivDnnPrice(PrivDnnPlan plan, int returnBytes) {
        this.plan = plan;
        this.returnBytes = returnBytes;
    }

    // ---- work

    /** AND gates of one image; none in mode published. */
    public long andGates() {
        return plan.andGates();
    }

    /** Oblivious transfers of one image. */
    public long transfers() {
        return plan.items().stream()
                .mapToLong(item ->
                        item instanceof PrivDnnPlan.Round round ? round.block().transfers() : 0)
                .sum();
    }

    // ---- traffic: to the owner, and from it

    /** What opening a session costs. */
    public Traffic.Count connect() {
        Traffic.Count greeting = new Traffic.Count(Greeting.BYTES, 0, 1, 0, 0);
        return plan.settings().mode() == Mode.PUBLISHED
                ? greeting
                : greeting.plus(SessionName.traffic()).plus(CorrelatedReceiver.connectTraffic());
    }

    /** What the encrypted part of a batch costs, but for round trips, which depend on timing. */
    public Traffic.Count encryptedPart(int images) {
        Traffic.Count sum = sent(Command.encode(images).length, 1);
        for (int prime = 0; prime < PrivDnnPlan.PRIMES; prime++) {
            Traffic.Count each = sent(ReturnHeader.BYTES + returnBytes, 1 + Bulk.messages(returnBytes));
            if (plan.settings().mode() == Mode.PUBLISHED) {
                each = each.plus(received(plan.residueRing(prime), images));
            }
            int ofPrime = plan.returned() / PrivDnnPlan.PRIMES;
            sum = sum.plus(new Traffic.Count(
                    ofPrime * each.bytesSent(),
                    ofPrime * each.bytesReceived(),
                    ofPrime * each.messagesSent(),
                    ofPrime * each.messagesReceived(),
                    0));
        }
        return sum;
    }

    /** What comes after it, circuits and answers, but for round trips; nothing in mode published. */
    public Traffic.Count circuits(int images) {
        Traffic.Count sum = Traffic.Count.NOTHING;
        if (plan.settings().mode() == Mode.PUBLISHED) {
            return sum;
        }
        Traffic.Count whole = group(plan.groupImages());
        int done = 0;
        for (; done + plan.groupImages() <= images; done += plan.groupImages()) {
            sum = sum.plus(whole);
        }
        return done < images ? sum.plus(group(images - done)) : sum;
    }

    /** Of images whose circuits run together. */
    private Traffic.Count group(int images) {
        Traffic.Count sum = Traffic.Count.NOTHING;
        for (List<Chunk> chunks : plan.chunks(images)) {
            int decoding = 0;
            for (Chunk chunk : chunks) {
                int transfers = chunk.transfers();
                sum = sum.plus(sent(
                                plan.settings().extension().bytes(transfers, true),
                                plan.settings().extension().messages(transfers)))
                        .plus(received(chunk.garbledBytes()))
                        .plus(received(chunk.labelBytes()));
                if (!chunk.block().residues()) {
                    Ring ring = chunk.block().input();
                    sum = sum.plus(sent(ring.packedBytes(chunk.words()), RingVector.messages(ring, chunk.words())));
                }
                decoding += chunk.block().isAnswer() ? chunk.answerBytes() : 0;
            }
            sum = sum.plus(received(decoding));
        }
        if (plan.settings().disclosure().kind() == Disclosure.Kind.SCORES) {
            Ring ring = plan.ring(plan.network().steps().size() - 1);
            sum = sum.plus(received(ring, images * plan.network().classes()));
        }
        return sum;
    }

    private static Traffic.Count sent(long bytes, long messages) {
        return new Traffic.Count(bytes, 0, messages, 0, 0);
    }

    private static Traffic.Count received(long bytes) {
        return new Traffic.Count(0, bytes, 0, Bulk.messages(bytes), 0);
    }

    private static Traffic.Count received(Ring ring, int values) {
        return new Traffic.Count(0, ring.packedBytes(values), 0, RingVector.messages(ring, values), 0);
    }
}
