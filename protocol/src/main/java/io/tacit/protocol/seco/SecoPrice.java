package io.tacit.protocol.seco;

import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.seal.SealingKey;
import io.tacit.crypto.share.RingVector;
import io.tacit.protocol.linear.CollectivePlan;
import io.tacit.protocol.material.MaterialId;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.nonlinear.Chunk;
import io.tacit.protocol.nonlinear.EvaluatorEnd;
import io.tacit.protocol.nonlinear.PartyEnd;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.Opening;
import io.tacit.protocol.plan.SharingPlan.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * The price of what the servers of a {@link SecoPlan} do together: gates, bytes of material and traffic of a query, by count.
 * The gateway's own layers, between it and the user, are not in it.
 */
public final class SecoPrice {
    private static final int HASH_BYTES = 32;

    /** Bytes between the gateway and another server before a query: the command, the reply, the decision. */
    private static final int COMMAND_BYTES =
            HASH_BYTES + MaterialId.BYTES + QueryId.BYTES + SealingKey.BYTES + Query.SEALED_SEED_BYTES + 2;

    private static final int COMMAND_TRIPS = 3;

    private final SecoPlan plan;
    private final SharedPart part;
    private final SharingPlan sharing;
    private final int servers;
    private final List<List<Chunk>> chunks = new ArrayList<>();

    public SecoPrice(SecoPlan plan) {
        this.plan = plan;
        this.part = plan.rest();
        this.sharing = part.sharing();
        this.servers = plan.servers();
        if (plan.mode() == Mode.PUBLISHED) {
            chunks.addAll(sharing.chunks());
            return;
        }
        int first = 0;
        for (Block block : part.blocks()) {
            List<Chunk> ofBlock = block.chunks(first, servers);
            chunks.add(ofBlock);
            first += ofBlock.size();
        }
    }

    // ---- work

    /** AND gates of a query, each garbled by all servers, or by one in the published mode. */
    public long andGates() {
        return part.blocks().stream().mapToLong(Block::andGates).sum();
    }

    /** Multiplications that each server does online for a query. */
    public long multiplications() {
        return sharing.layers().stream()
                .mapToLong(layer -> layer.shape().geometry().multiplications())
                .sum();
    }

    // ---- material of a query

    /** Bytes of labels and tables that the evaluator of a query stores. */
    public long tablesMaterialBytes() {
        return chunks.stream()
                .flatMap(List::stream)
                .mapToLong(chunk -> plan.mode() == Mode.HARDENED
                        ? PartyEnd.storedBytes(chunk, servers)
                        : EvaluatorEnd.storedBytes(chunk))
                .sum();
    }

    // ---- traffic

    /** What all servers together send each other to prepare the linear layers of so many queries at a time. */
    public long productsBytes(int queries) {
        CollectivePlan products = plan.restProducts();
        return sharing.layers().stream()
                        .map(layer -> products.layer(layer.shape(), queries).holderTraffic())
                        .mapToLong(SecoPrice::both)
                        .sum()
                * (servers - 1);
    }

    private static long both(Traffic.Count count) {
        return count.bytesSent() + count.bytesReceived();
    }

    /** What all servers together send each other for a query with prepared material. */
    public long onlineBytes() {
        long toAll = (long) servers * (servers - 1); // every server to every other
        long sum = (servers - 1L) * (COMMAND_BYTES + SealingKey.sealedBytes(part.answerBytes()));
        for (Stage stage : sharing.stages()) {
            for (Opening opening : stage.openings()) {
                sum += opening.fresh() ? toAll * opening.ring().packedBytes(part.size(opening.tensor())) : 0;
            }
        }
        for (int block = 0; block < chunks.size(); block++) {
            Block made = part.blocks().get(block);
            int words = chunks.get(block).stream().mapToInt(Chunk::words).sum();
            long labels =
                    chunks.get(block).stream().mapToLong(Chunk::labelBytes).sum();
            sum += plan.mode() == Mode.HARDENED
                    ? toAll * made.input().packedBytes(words) + (servers - 1) * labels
                    : shares(made, block) + labels;
            if (!made.isAnswer()) {
                RingVector target = ServerWork.resultRing(made).zeros(part.size(made.target()));
                sum += (servers - 1) * target.packedBytes();
            }
        }
        sum += toAll * ServerWork.EMPTY_BYTES * plan.emptyRounds();
        return sharing.disclosure().kind() == Disclosure.Kind.SCORES ? sum + toAll * Seed.BYTES : sum;
    }

    /** Shares of a block's source that go to the one server that garbles: those of the givers, and masked words. */
    private long shares(Block made, int block) {
        long differences = chunks.get(block).stream()
                .mapToLong(chunk -> made.input().packedBytes(chunk.words()))
                .sum();
        return (servers - 2L) * made.input().packedBytes(part.size(made.source())) + differences;
    }

    /**
     * Messages of a query that follow on one another between servers, each of which takes the delay of a link: command, reply
     * and decision, every opening, opening, labels and result of every block, and the parts of the answer.
     */
    public int trips() {
        return COMMAND_TRIPS + part.rounds() + plan.emptyRounds() + 1;
    }

    /** What a user sends to the gateway for a query; what the gateway's own layers take is not in it. */
    public long userSentBytes() {
        return QueryId.BYTES
                + MaterialId.BYTES
                + SealingKey.BYTES
                + (long) servers * Query.SEALED_SEED_BYTES
                + plan.inputRing().packedBytes(part.size(0));
    }

    /** What a user receives of the gateway for a query. */
    public long userReceivedBytes() {
        return (long) servers * SealingKey.sealedBytes(part.answerBytes());
    }
}
