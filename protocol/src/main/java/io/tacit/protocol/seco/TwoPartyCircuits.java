package io.tacit.protocol.seco;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.garble.TableSink;
import io.tacit.crypto.garble.TableSource;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.nonlinear.Chunk;
import io.tacit.protocol.nonlinear.EvaluatorEnd;
import io.tacit.protocol.nonlinear.GarblerEnd;
import io.tacit.protocol.nonlinear.ResultMasks;
import io.tacit.protocol.nonlinear.Results;
import io.tacit.protocol.nonlinear.SessionName;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Non-linear steps between gateway and user, by circuits that the gateway garbles and the user evaluates: the gateway's
 * mask r_0 is in the circuit, so that the user gets x - r_0, and the user sends x - r_0 - r_1. Against either of the two;
 * of scores alone.
 */
public final class TwoPartyCircuits implements JointCircuits {
    private final SharedPart part;
    private final boolean garbler;
    private final SecureRandom random;
    private final Workers workers;
    private final Executor threads;
    private final List<List<Chunk>> chunks;

    /**
     * @param part what user and gateway compute
     * @param self {@link SecoPlan#GATEWAY} or {@link SecoPlan#USER}
     * @param threads runs what it is given at once, in a thread of its own
     */
    public TwoPartyCircuits(SharedPart part, int self, SecureRandom random, Workers workers, Executor threads) {
        this.part = part;
        this.garbler = self == SecoPlan.GATEWAY;
        this.random = random;
        this.workers = workers;
        this.threads = threads;
        this.chunks = part.sharing().chunks();
    }

    private List<Chunk> all() {
        return chunks.stream().flatMap(List::stream).toList();
    }

    /** The gateway keeps what its offset is derived from. */
    @Override
    public long keptBytes() {
        return garbler ? Seed.BYTES : 0;
    }

    @Override
    public long tableBytes() {
        return all().stream().mapToLong(EvaluatorEnd::storedBytes).sum();
    }

    private RingVector target(Block block) {
        return new Ring(block.outputBits()).zeros(part.size(block.target()));
    }

    /** r_0 or r_1. */
    private RingVector mask(Seed query, Block block) {
        RingVector mask = target(block);
        try (Prg prg = query.generator("seco", "result mask", Integer.toString(block.target()))) {
            mask.randomize(prg, 0, mask.length());
        }
        return mask;
    }

    @Override
    public Lane connect(Mesh lane) {
        Channel peer = lane.to(garbler ? SecoPlan.USER : SecoPlan.GATEWAY);
        byte[] session = SessionName.agree(peer, random, garbler);
        try (Seed secret = Seed.random(random)) {
            return garbler
                    ? new GarblingLane(GarblerEnd.connect(
                            peer, session, part.sharing().settings().extension(), secret))
                    : new EvaluatingLane(EvaluatorEnd.connect(
                            peer, session, part.sharing().settings().extension(), secret));
        }
    }

    private final class GarblingLane implements Lane {
        private final GarblerEnd end;

        GarblingLane(GarblerEnd end) {
            this.end = end;
        }

        @Override
        public Preparation prepare(Seed query) {
            return new Preparation() {
                @Override
                public RingVector mask(int block) {
                    return TwoPartyCircuits.this.mask(query, part.blocks().get(block));
                }

                @Override
                public void garble(int evaluator, TableSink kept, TableSink tables) {
                    byte[] offsetSeed = end.revealOffsetSeed();
                    kept.write(offsetSeed, 0, offsetSeed.length);
                    Arrays.fill(offsetSeed, (byte) 0);
                    Map<Integer, ResultMasks> masks = new HashMap<>();
                    end.garble(
                            all(),
                            query,
                            block -> masks.computeIfAbsent(
                                    block.target(), target -> ResultMasks.of(TwoPartyCircuits.this.mask(query, block))),
                            workers);
                }
            };
        }

        @Override
        public void close() {
            end.close();
        }
    }

    private final class EvaluatingLane implements Lane {
        private final EvaluatorEnd end;

        EvaluatingLane(EvaluatorEnd end) {
            this.end = end;
        }

        @Override
        public Preparation prepare(Seed query) {
            return new Preparation() {
                @Override
                public RingVector mask(int block) {
                    return TwoPartyCircuits.this.mask(query, part.blocks().get(block));
                }

                @Override
                public void garble(int evaluator, TableSink kept, TableSink tables) {
                    end.receive(all(), query, tables, threads);
                }
            };
        }

        @Override
        public void close() {
            end.close();
        }
    }

    @Override
    public Online online(Mesh online, Seed query, int evaluator, TableSource kept, TableSource tables) {
        if (!garbler) {
            return new Evaluation(online.to(SecoPlan.GATEWAY), query, tables);
        }
        byte[] revealed = new byte[Seed.BYTES];
        kept.read(revealed, 0, revealed.length);
        try {
            return new Encoding(online.to(SecoPlan.USER), query, Seed.of(revealed));
        } finally {
            Arrays.fill(revealed, (byte) 0);
        }
    }

    /** The gateway's end: labels of y, and what the user opens. */
    private final class Encoding implements Online {
        private final Channel user;
        private final Seed query;
        private final Seed offsetSeed;

        Encoding(Channel user, Seed query, Seed offsetSeed) {
            this.user = user;
            this.query = query;
            this.offsetSeed = offsetSeed;
        }

        @Override
        public RingVector run(int block, RingVector share) {
            Block made = part.blocks().get(block);
            List<RingVector> differences = GarblerEnd.receiveDifferences(user, chunks.get(block));
            GarblerEnd.sendLabels(user, chunks.get(block), differences, offsetSeed, query, share);
            user.flush();
            RingVector opened = target(made);
            opened.receive(user, 0, opened.length(), made.name());
            return opened;
        }

        @Override
        public byte[] answer(int block, RingVector share) {
            throw new IllegalStateException("the gateway's layers end with a tensor");
        }

        @Override
        public void close() {
            offsetSeed.close();
        }
    }

    /** The user's end. */
    private final class Evaluation implements Online {
        private final Channel gateway;
        private final Seed query;
        private final TableSource tables;

        Evaluation(Channel gateway, Seed query, TableSource tables) {
            this.gateway = gateway;
            this.query = query;
            this.tables = tables;
        }

        @Override
        public RingVector run(int block, RingVector share) {
            Block made = part.blocks().get(block);
            EvaluatorEnd.sendDifferences(gateway, chunks.get(block), query, share);
            gateway.flush();
            RingVector opened = target(made);
            EvaluatorEnd.evaluateStored(gateway, chunks.get(block), tables, Results.into(opened), workers);
            RingVector own = mask(query, made);
            own.ring().subtract(opened, 0, own, 0, opened, 0, opened.length());
            opened.send(gateway, 0, opened.length());
            gateway.flush();
            return opened;
        }

        @Override
        public byte[] answer(int block, RingVector share) {
            throw new IllegalStateException("the gateway's layers end with a tensor");
        }

        @Override
        public void close() {}
    }
}
