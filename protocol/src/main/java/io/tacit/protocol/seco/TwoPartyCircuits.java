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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

/**
 * Non-linear steps by circuits that one party garbles, the last but one, and one evaluates, the last. All others give the
 * garbler their masks r_k when a query is prepared, and their shares when it is answered: the circuit yields x less all
 * masks but the evaluator's, who takes its own off and tells all.
 *
 * <p>Security: against any one party. Garbler and evaluator together decode every wire, so that this serves the gateway's
 * layers, where these two are gateway and user, and the servers' part as it was published.
 */
public final class TwoPartyCircuits implements JointCircuits {
    private final SharedPart part;
    private final int self;
    private final int garbler;
    private final int evaluator;
    private final SecureRandom random;
    private final Workers workers;
    private final Executor threads;
    private final List<List<Chunk>> chunks;

    /**
     * @param part what the parties compute
     * @param self number of this party
     * @param threads runs what it is given at once, in a thread of its own
     */
    public TwoPartyCircuits(SharedPart part, int self, SecureRandom random, Workers workers, Executor threads) {
        this.part = part;
        this.self = self;
        this.garbler = garbler(part.parties());
        this.evaluator = evaluator(part.parties());
        this.random = random;
        this.workers = workers;
        this.threads = threads;
        this.chunks = part.sharing().chunks();
    }

    static int garbler(int parties) {
        return parties - 2;
    }

    static int evaluator(int parties) {
        return parties - 1;
    }

    private List<Chunk> all() {
        return chunks.stream().flatMap(List::stream).toList();
    }

    /** Those who neither garble nor evaluate. */
    private int[] givers() {
        return IntStream.range(0, garbler).toArray();
    }

    /** The garbler keeps what its offset is derived from, and the masks of the answer. */
    @Override
    public long keptBytes() {
        return self == garbler ? Seed.BYTES + answerBytes() : 0;
    }

    private int answerBytes() {
        return part.blocks().stream().anyMatch(Block::isAnswer) ? part.answerBytes() : 0;
    }

    @Override
    public long tableBytes() {
        return all().stream().mapToLong(EvaluatorEnd::storedBytes).sum();
    }

    private RingVector target(Block block) {
        return target(part, block);
    }

    private static RingVector target(SharedPart part, Block block) {
        return new Ring(block.outputBits()).zeros(part.size(block.target()));
    }

    /** All that the masks of a party's results are drawn from. */
    private static Seed maskSeed(Seed query) {
        return query.derive("seco", "result masks");
    }

    private RingVector mask(Seed maskSeed, Block block) {
        return mask(part, maskSeed, block);
    }

    /** r_k of a block's results. @param maskSeed what a party that gives its masks sends the garbler for a query */
    public static RingVector mask(SharedPart part, Seed maskSeed, Block block) {
        RingVector mask = target(part, block);
        try (Prg prg = maskSeed.generator("seco", "result mask", Integer.toString(block.target()))) {
            mask.randomize(prg, 0, mask.length());
        }
        return mask;
    }

    /** One party's end of a lane. */
    private interface End extends AutoCloseable {
        /** As {@link JointCircuits.Preparation#garble}. */
        void garble(Seed query, TableSink kept, TableSink tables);

        @Override
        void close();
    }

    @Override
    public Lane connect(Mesh lane) {
        End end = self == garbler ? garbling(lane) : self == evaluator ? evaluating(lane) : giving(lane);
        return new Lane() {
            @Override
            public Preparation prepare(Seed query) {
                return new Preparation() {
                    @Override
                    public RingVector mask(int block) {
                        try (Seed seed = maskSeed(query)) {
                            return TwoPartyCircuits.this.mask(
                                    seed, part.blocks().get(block));
                        }
                    }

                    @Override
                    public void garble(int evaluator, TableSink kept, TableSink tables) {
                        end.garble(query, kept, tables);
                    }
                };
            }

            @Override
            public void close() {
                end.close();
            }
        };
    }

    private End garbling(Mesh lane) {
        Channel peer = lane.to(evaluator);
        byte[] session = SessionName.agree(peer, random, true);
        GarblerEnd end;
        try (Seed secret = Seed.random(random)) {
            end = GarblerEnd.connect(peer, session, part.sharing().settings().extension(), secret);
        }
        return new End() {
            @Override
            public void garble(Seed query, TableSink kept, TableSink tables) {
                byte[] offsetSeed = end.revealOffsetSeed();
                kept.write(offsetSeed, 0, offsetSeed.length);
                Arrays.fill(offsetSeed, (byte) 0);
                List<Seed> seeds = new ArrayList<>();
                seeds.add(maskSeed(query));
                for (int giver : givers()) {
                    byte[] given = lane.to(giver).receive(Seed.BYTES);
                    seeds.add(Seed.of(given));
                    Arrays.fill(given, (byte) 0);
                }
                Map<Integer, ResultMasks> masks = new HashMap<>();
                byte[] answerMasks = end.garble(
                        all(),
                        query,
                        block -> masks.computeIfAbsent(
                                block.target(), target -> ResultMasks.of(sumOfMasks(seeds, block))),
                        workers);
                kept.write(answerMasks, 0, answerMasks.length);
                seeds.forEach(Seed::close);
            }

            @Override
            public void close() {
                end.close();
            }
        };
    }

    private RingVector sumOfMasks(List<Seed> seeds, Block block) {
        RingVector sum = target(block);
        for (Seed seed : seeds) {
            add(mask(seed, block), sum);
        }
        return sum;
    }

    private static void add(RingVector summand, RingVector sum) {
        sum.ring().add(sum, 0, summand, 0, sum, 0, sum.length());
    }

    private End evaluating(Mesh lane) {
        Channel peer = lane.to(garbler);
        byte[] session = SessionName.agree(peer, random, false);
        EvaluatorEnd end;
        try (Seed secret = Seed.random(random)) {
            end = EvaluatorEnd.connect(peer, session, part.sharing().settings().extension(), secret);
        }
        return new End() {
            @Override
            public void garble(Seed query, TableSink kept, TableSink tables) {
                end.receive(all(), query, tables, threads);
            }

            @Override
            public void close() {
                end.close();
            }
        };
    }

    private End giving(Mesh lane) {
        return new End() {
            @Override
            public void garble(Seed query, TableSink kept, TableSink tables) {
                try (Seed seed = maskSeed(query)) {
                    byte[] given = seed.reveal();
                    lane.to(garbler).send(given);
                    lane.to(garbler).flush();
                    Arrays.fill(given, (byte) 0);
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Online online(Mesh online, Seed query, int evaluator, TableSource kept, TableSource tables) {
        if (self == this.evaluator) {
            return new Evaluation(online, query, tables);
        }
        return self == garbler ? new Encoding(online, query, kept) : new Giving(online);
    }

    private RingVector receiveOpened(Mesh online, Block block) {
        RingVector opened = target(block);
        opened.receive(online.to(evaluator), 0, opened.length(), block.name());
        return opened;
    }

    /** One who gives its shares. */
    private final class Giving implements Online {
        private final Mesh online;

        Giving(Mesh online) {
            this.online = online;
        }

        @Override
        public RingVector run(int block, RingVector share) {
            give(block, share);
            return receiveOpened(online, part.blocks().get(block));
        }

        /** Nothing: the answer is with the two others. */
        @Override
        public byte[] answer(int block, RingVector share) {
            give(block, share);
            return new byte[part.answerBytes()];
        }

        private void give(int block, RingVector share) {
            RingVector given = share.reduced(part.blocks().get(block).input());
            given.send(online.to(garbler), 0, given.length());
            online.to(garbler).flush();
        }

        @Override
        public void close() {}
    }

    /** The garbler's end: labels of y. */
    private final class Encoding implements Online {
        private final Mesh online;
        private final Seed query;
        private final Seed offsetSeed;
        private final byte[] answerMasks;

        Encoding(Mesh online, Seed query, TableSource kept) {
            this.online = online;
            this.query = query;
            byte[] revealed = new byte[Seed.BYTES];
            kept.read(revealed, 0, revealed.length);
            this.offsetSeed = Seed.of(revealed);
            Arrays.fill(revealed, (byte) 0);
            this.answerMasks = new byte[answerBytes()];
            kept.read(answerMasks, 0, answerMasks.length);
        }

        @Override
        public RingVector run(int block, RingVector share) {
            sendLabels(block, share);
            return receiveOpened(online, part.blocks().get(block));
        }

        @Override
        public byte[] answer(int block, RingVector share) {
            sendLabels(block, share);
            return answerMasks.clone();
        }

        private void sendLabels(int block, RingVector share) {
            Block made = part.blocks().get(block);
            RingVector sum = made.input().zeros(share.length());
            add(share.reduced(made.input()), sum);
            for (int giver : givers()) {
                RingVector given = made.input().zeros(share.length());
                given.receive(online.to(giver), 0, given.length(), made.name());
                add(given, sum);
            }
            List<RingVector> differences = GarblerEnd.receiveDifferences(online.to(evaluator), chunks.get(block));
            GarblerEnd.sendLabels(online.to(evaluator), chunks.get(block), differences, offsetSeed, query, sum);
            online.to(evaluator).flush();
            sum.wipe();
        }

        @Override
        public void close() {
            offsetSeed.close();
            Arrays.fill(answerMasks, (byte) 0);
        }
    }

    /** The evaluator's end. */
    private final class Evaluation implements Online {
        private final Mesh online;
        private final Seed query;
        private final TableSource tables;

        Evaluation(Mesh online, Seed query, TableSource tables) {
            this.online = online;
            this.query = query;
            this.tables = tables;
        }

        @Override
        public RingVector run(int block, RingVector share) {
            Block made = part.blocks().get(block);
            RingVector opened = target(made);
            evaluate(block, share, Results.into(opened));
            try (Seed seed = maskSeed(query)) {
                RingVector own = mask(seed, made);
                own.ring().subtract(opened, 0, own, 0, opened, 0, opened.length());
            }
            for (int other : online.others()) {
                opened.send(online.to(other), 0, opened.length());
                online.to(other).flush();
            }
            return opened;
        }

        @Override
        public byte[] answer(int block, RingVector share) {
            return evaluate(block, share, (chunk, planes) -> {});
        }

        private byte[] evaluate(int block, RingVector share, Results results) {
            EvaluatorEnd.sendDifferences(online.to(garbler), chunks.get(block), query, share);
            online.to(garbler).flush();
            return EvaluatorEnd.evaluateStored(online.to(garbler), chunks.get(block), tables, results, workers);
        }

        @Override
        public void close() {}
    }
}
