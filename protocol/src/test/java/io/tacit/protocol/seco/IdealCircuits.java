package io.tacit.protocol.seco;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.garble.InputKind;
import io.tacit.crypto.garble.TableSink;
import io.tacit.crypto.garble.TableSource;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.nonlinear.Chunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Non-linear steps by somebody who is told everything: what the protocol computes, for tests of what is built on it. */
final class IdealCircuits implements JointCircuits {
    private static final long WAIT_MILLIS = 60_000;
    private static final byte[] KEPT = {5, 6, 7};
    private static final byte[] TABLES = {8, 9};

    private final SharedPart part;
    private final Somebody somebody;
    private final int self;

    IdealCircuits(SharedPart part, Somebody somebody, int self) {
        this.part = part;
        this.somebody = somebody;
        this.self = self;
    }

    /** Takes one thing of every server, call after call, and tells each all of them. */
    static final class Somebody {
        private final int servers;
        private final int[] calls;
        private final Map<Integer, List<Object>> told = new HashMap<>();

        Somebody(int servers) {
            this.servers = servers;
            this.calls = new int[servers];
        }

        synchronized List<Object> tell(int self, Object thing) {
            int call = calls[self]++;
            List<Object> all = told.computeIfAbsent(call, c -> {
                List<Object> empty = new ArrayList<>();
                for (int i = 0; i <= servers; i++) {
                    empty.add(0);
                }
                return empty;
            });
            all.set(self, thing);
            all.set(servers, (int) all.get(servers) + 1);
            notifyAll();
            long end = System.nanoTime() + WAIT_MILLIS * 1_000_000;
            try {
                while ((int) all.get(servers) < servers) {
                    if (System.nanoTime() > end) {
                        throw new IllegalStateException("a server does not come");
                    }
                    wait(100);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            return all.subList(0, servers);
        }
    }

    @Override
    public long keptBytes() {
        return KEPT.length;
    }

    @Override
    public long tableBytes() {
        return TABLES.length;
    }

    private RingVector mask(Seed query, int number) {
        Block block = part.blocks().get(number);
        RingVector mask = new Ring(block.outputBits()).zeros(part.size(block.target()));
        try (Prg prg = query.generator("ideal", Integer.toString(number))) {
            mask.randomize(prg, 0, mask.length());
        }
        return mask;
    }

    @Override
    public Lane connect(Mesh lane) {
        return new Lane() {
            @Override
            public Preparation prepare(Seed query) {
                return new Preparation() {
                    @Override
                    public RingVector mask(int block) {
                        return IdealCircuits.this.mask(query, block);
                    }

                    @Override
                    public void garble(int evaluator, TableSink kept, TableSink tables) {
                        kept.write(KEPT, 0, KEPT.length);
                        if (evaluator == self) {
                            tables.write(TABLES, 0, TABLES.length);
                        }
                    }
                };
            }

            @Override
            public void close() {}
        };
    }

    private record Told(RingVector share, RingVector mask) {}

    @Override
    public Online online(Mesh online, Seed query, int evaluator, TableSource kept, TableSource tables) {
        byte[] bytes = new byte[KEPT.length];
        kept.read(bytes, 0, bytes.length);
        require(bytes, KEPT);
        if (evaluator == self) {
            bytes = new byte[TABLES.length];
            tables.read(bytes, 0, bytes.length);
            require(bytes, TABLES);
        }
        return new Online() {
            @Override
            public RingVector run(int number, RingVector share) {
                Block block = part.blocks().get(number);
                List<Object> all = somebody.tell(self, new Told(share, mask(query, number)));
                RingVector target = new Ring(block.outputBits()).zeros(part.size(block.target()));
                for (Chunk chunk : block.chunks(0)) {
                    long[] values = new long[chunk.instances()];
                    evaluate(chunk, all).getValues(0, block.outputBits(), values, 0);
                    target.place(chunk.outputs(), 0, values, 0, values.length);
                }
                return target;
            }

            @Override
            public byte[] answer(int number, RingVector share) {
                Block block = part.blocks().get(number);
                Chunk chunk = block.chunks(0).get(0);
                List<Object> all = somebody.tell(self, new Told(share, share));
                byte[] own = new byte[chunk.circuit().outputBits()];
                try (Prg prg = query.generator("ideal answer")) {
                    prg.fill(own, 0, own.length);
                }
                List<Object> parts = somebody.tell(self, own);
                if (self == 0) {
                    BitPlanes bits = evaluate(chunk, all);
                    for (int i = 0; i < own.length; i++) {
                        own[i] = (byte) (bits.get(i, 0) ? 1 : 0);
                        for (int other = 1; other < parts.size(); other++) {
                            own[i] ^= ((byte[]) parts.get(other))[i];
                        }
                    }
                }
                return own;
            }

            @Override
            public void close() {}
        };
    }

    private static void require(byte[] found, byte[] written) {
        if (!Arrays.equals(found, written)) {
            throw new IllegalStateException("the store returns something else");
        }
    }

    /** The circuit in the clear on the sums of all shares and masks. */
    private static BitPlanes evaluate(Chunk chunk, List<Object> all) {
        Block block = chunk.block();
        int bits = block.input().bits();
        long[] y = new long[chunk.words()];
        long[] r = new long[chunk.instances()];
        for (Object each : all) {
            Told told = (Told) each;
            add(told.share(), chunk.inputs(), y);
            if (!block.isAnswer()) {
                add(told.mask(), chunk.outputs(), r);
            }
        }
        BitPlanes known = new BitPlanes(chunk.circuit().inputBits(InputKind.KNOWN), chunk.instances());
        known.setValues(0, known.planes(), r, 0);
        BitPlanes online = new BitPlanes(chunk.group().words() * bits, chunk.instances());
        for (int word = 0; word < chunk.group().words(); word++) {
            online.setValues(word * bits, bits, y, word * chunk.instances());
        }
        BitPlanes zeros = new BitPlanes(chunk.group().words() * bits, chunk.instances());
        return chunk.circuit().evaluate(known, online, zeros);
    }

    private static void add(RingVector vector, int[] places, long[] sums) {
        long[] values = new long[sums.length];
        vector.pick(places, 0, values, 0, values.length);
        for (int i = 0; i < sums.length; i++) {
            sums[i] += values[i];
        }
    }
}
