package io.tacit.protocol.plan;

import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.ot.CorrelatedReceiver;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.nonlinear.Chunk;
import io.tacit.protocol.nonlinear.EvaluatorEnd;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import io.tacit.protocol.plan.SharingPlan.Opening;
import io.tacit.protocol.plan.SharingPlan.Stage;
import java.util.List;

/**
 * The exact price of a {@link SharingPlan}: gates, transfers, bytes of material, and what channels count. The preparation
 * of linear layers has its own plan and price.
 */
public final class SharingPrice {
    /** Bytes of a command between the servers. */
    public static final int COMMAND_BYTES = 53;

    /** Bytes that name something: a query, a piece of material, a deployment. */
    private static final int ID_BYTES = 16;

    private static final int HASH_BYTES = 32;

    private final SharingPlan plan;
    private final List<Block> blocks;
    private final List<List<Chunk>> chunks;

    public SharingPrice(SharingPlan plan) {
        this.plan = plan;
        this.blocks = plan.blocks();
        this.chunks = plan.chunks();
    }

    // ---- work

    /** AND gates of a query. */
    public long andGates() {
        return blocks.stream().mapToLong(Block::andGates).sum();
    }

    /** Oblivious transfers of a query. */
    public long transfers() {
        return blocks.stream().mapToLong(Block::transfers).sum();
    }

    /** Multiplications that each server does online for a query. */
    public long multiplications() {
        return plan.layers().stream()
                .mapToLong(layer -> layer.shape().geometry().multiplications())
                .sum();
    }

    // ---- material of a query

    /** Bytes that the garbler stores. */
    public long garblerMaterialBytes() {
        return 2L * Seed.BYTES + productsMaterialBytes() + answerBytes();
    }

    /** Bytes of labels and tables that the evaluator stores. */
    public long tablesMaterialBytes() {
        return Seed.BYTES
                + chunks.stream()
                        .flatMap(List::stream)
                        .mapToLong(EvaluatorEnd::storedBytes)
                        .sum();
    }

    /** Bytes of shares of products that each server stores. */
    public long productsMaterialBytes() {
        return plan.layers().stream()
                .mapToLong(layer ->
                        layer.ring().packedBytes(layer.shape().geometry().outputSize()))
                .sum();
    }

    /** Bytes of decoding bits, and of colours, of the answer; 0 if scores are disclosed. */
    public int answerBytes() {
        return chunks.stream()
                .flatMap(List::stream)
                .filter(chunk -> chunk.block().isAnswer())
                .mapToInt(Chunk::answerBytes)
                .sum();
    }

    /** Bytes that each server sends to the client. */
    public int clientAnswerBytes() {
        int last = plan.network().steps().size() - 1;
        return plan.disclosure().kind() == Disclosure.Kind.SCORES
                ? Math.toIntExact(plan.ring(last).packedBytes(plan.network().classes()))
                : answerBytes();
    }

    // ---- traffic

    /** What deployment sends to the garbler and receives from it, as the owner's channel counts. */
    public Traffic.Count deployToGarbler() {
        return new Traffic.Count(HASH_BYTES + ID_BYTES + Seed.BYTES, 1, 2, 1, 1);
    }

    /** What deployment sends to the evaluator and receives from it, as the owner's channel counts. */
    public Traffic.Count deployToEvaluator() {
        Traffic.Count sum = new Traffic.Count(HASH_BYTES + ID_BYTES, 1, 1, 1, 1);
        for (LinearLayer layer : plan.layers()) {
            sum = sum.plus(sent(layer.ring(), layer.shape().geometry().weightCount()))
                    .plus(sent(layer.ring(), layer.shape().geometry().outChannels()));
        }
        return sum;
    }

    /** What a query sends to the garbler and receives from it, as the client's channel counts. */
    public Traffic.Count clientToGarbler() {
        return client(ID_BYTES + Seed.BYTES);
    }

    /** What a query sends to the evaluator and receives from it, as the client's channel counts. */
    public Traffic.Count clientToEvaluator() {
        return client(ID_BYTES
                + plan.ring(0).packedBytes(plan.network().input().shape().size()));
    }

    private Traffic.Count client(long bytes) {
        return new Traffic.Count(
                bytes, clientAnswerBytes(), whole(bytes), whole(clientAnswerBytes()), clientAnswerBytes() > 0 ? 1 : 0);
    }

    private static long whole(long bytes) {
        return (bytes + Channel.MAX_MESSAGE_BYTES - 1) / Channel.MAX_MESSAGE_BYTES;
    }

    /**
     * What opening the lane of tables sends to the garbler and receives from it, as the evaluator's channel counts, but for
     * round trips: name of the session, base transfers, and the comparison of what is ready.
     *
     * @param ready queries that lie ready at both
     */
    public Traffic.Count openTables(int ready) {
        long ids = (long) ready * ID_BYTES;
        return openTransfers()
                .plus(new Traffic.Count(
                        COMMAND_BYTES + ids, COMMAND_BYTES + ids, 1 + Bulk.messages(ids), 1 + Bulk.messages(ids), 0));
    }

    /** The same for a lane on which queries are answered without preparation. */
    public Traffic.Count openTransfers() {
        return new Traffic.Count(ID_BYTES, ID_BYTES, 1, 1, 0).plus(CorrelatedReceiver.connectTraffic());
    }

    /**
     * What the preparation of some queries at a time sends to the garbler and receives from it on the lane of tables, as the
     * evaluator's channel counts, but for round trips: those are two, and waits in between depend on timing.
     */
    public Traffic.Count tables(int queries) {
        long ids = (long) queries * ID_BYTES;
        Traffic.Count sum = new Traffic.Count(COMMAND_BYTES + ids, 2, 1 + Bulk.messages(ids), 2, 0);
        for (int i = 0; i < queries; i++) {
            for (List<Chunk> ofBlock : chunks) {
                for (Chunk chunk : ofBlock) {
                    sum = sum.plus(transferred(chunk)).plus(received(chunk.garbledBytes()));
                }
            }
        }
        return sum;
    }

    /** What a prepared query sends to the garbler and receives from it, as the evaluator's channel counts. */
    public Traffic.Count online() {
        Traffic.Count sum = new Traffic.Count(COMMAND_BYTES, 1, 1, 1, 1);
        int block = 0;
        for (Stage stage : plan.stages()) {
            Traffic.Count out = openings(stage);
            Traffic.Count in = replies(stage);
            for (int i = 0; i < stage.blocks().size(); i++, block++) {
                for (Chunk chunk : chunks.get(block)) {
                    out = out.plus(sent(chunk.block().input(), chunk.words()));
                    in = in.plus(received(chunk.labelBytes()));
                }
            }
            boolean waits = out.messagesSent() > 0 && in.messagesReceived() > 0;
            sum = sum.plus(out).plus(in).plus(new Traffic.Count(0, 0, 0, 0, waits ? 1 : 0));
        }
        return sum;
    }

    /** The same for a query without preparation, but for round trips, which depend on timing. */
    public Traffic.Count justInTime() {
        Traffic.Count sum = new Traffic.Count(COMMAND_BYTES, 1, 1, 1, 0);
        for (Stage stage : plan.stages()) {
            sum = sum.plus(openings(stage)).plus(replies(stage));
        }
        for (List<Chunk> ofBlock : chunks) {
            for (Chunk chunk : ofBlock) {
                sum = sum.plus(transferred(chunk))
                        .plus(sent(chunk.block().input(), chunk.words()))
                        .plus(received(chunk.garbledBytes()))
                        .plus(received(chunk.labelBytes()));
            }
        }
        return sum;
    }

    private Traffic.Count openings(Stage stage) {
        return stage.openings().stream()
                .map(opening -> sent(opening.ring(), size(opening)))
                .reduce(Traffic.Count.NOTHING, Traffic.Count::plus);
    }

    private Traffic.Count replies(Stage stage) {
        return stage.replies().stream()
                .map(opening -> turned(sent(opening.ring(), size(opening))))
                .reduce(Traffic.Count.NOTHING, Traffic.Count::plus);
    }

    private int size(Opening opening) {
        return plan.network().steps().get(opening.tensor()).shape().size();
    }

    private Traffic.Count transferred(Chunk chunk) {
        int count = chunk.transfers();
        return new Traffic.Count(
                plan.settings().extension().bytes(count, true),
                0,
                plan.settings().extension().messages(count),
                0,
                0);
    }

    private static Traffic.Count sent(Ring ring, int values) {
        return new Traffic.Count(ring.packedBytes(values), 0, RingVector.messages(ring, values), 0, 0);
    }

    private static Traffic.Count received(long bytes) {
        return new Traffic.Count(0, bytes, 0, Bulk.messages(bytes), 0);
    }

    private static Traffic.Count turned(Traffic.Count sent) {
        return new Traffic.Count(0, sent.bytesSent(), 0, sent.messagesSent(), 0);
    }
}
