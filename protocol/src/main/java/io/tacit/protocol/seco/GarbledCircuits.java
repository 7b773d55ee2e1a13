package io.tacit.protocol.seco;

import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.garble.TableSink;
import io.tacit.crypto.garble.TableSource;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.protocol.material.MaterialException;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.nonlinear.Chunk;
import io.tacit.protocol.nonlinear.MaskShares;
import io.tacit.protocol.nonlinear.PartyEnd;
import io.tacit.protocol.nonlinear.Results;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Non-linear steps by circuits that all servers garble and one evaluates, see {@link PartyEnd}. Against any n - 1 servers
 * together: every wire is masked by all of them.
 */
final class GarbledCircuits implements JointCircuits {
    private static final int SESSION_BYTES = 16;

    private final SharedPart part;
    private final SecureRandom random;
    private final Workers workers;
    private final List<List<Chunk>> chunks = new ArrayList<>();
    private final List<Chunk> all = new ArrayList<>();
    private final int answerBytes;

    GarbledCircuits(SharedPart part, SecureRandom random, Workers workers) {
        this.part = part;
        this.random = random;
        this.workers = workers;
        int answer = 0;
        for (Block block : part.blocks()) {
            List<Chunk> ofBlock = block.chunks(all.size(), part.parties());
            chunks.add(ofBlock);
            all.addAll(ofBlock);
            answer = block.isAnswer() ? part.answerBytes() : answer;
        }
        answerBytes = answer;
    }

    @Override
    public long keptBytes() {
        long bytes = Seed.BYTES + (long) answerBytes;
        for (Chunk chunk : all) {
            bytes += chunk.block().input().packedBytes(chunk.words());
        }
        return bytes;
    }

    @Override
    public long tableBytes() {
        return all.stream()
                .mapToLong(chunk -> PartyEnd.storedBytes(chunk, part.parties()))
                .sum();
    }

    /** Every server draws its part of the session's name. */
    @Override
    public Lane connect(Mesh lane) {
        byte[] session = new byte[part.parties() * SESSION_BYTES];
        byte[] own = new byte[SESSION_BYTES];
        random.nextBytes(own);
        System.arraycopy(own, 0, session, lane.self() * SESSION_BYTES, SESSION_BYTES);
        lane.exchange(
                other -> lane.to(other).send(own),
                other -> lane.to(other).receive(session, other * SESSION_BYTES, SESSION_BYTES));
        try (Seed secret = Seed.random(random)) {
            PartyEnd end =
                    PartyEnd.connect(lane, session, part.sharing().settings().extension(), secret);
            return new GarblingLane(end);
        }
    }

    private final class GarblingLane implements Lane {
        private final PartyEnd end;

        GarblingLane(PartyEnd end) {
            this.end = end;
        }

        @Override
        public Preparation prepare(Seed query) {
            List<MaskShares> masks = end.drawMasks(all, query);
            return new Preparation() {
                @Override
                public RingVector mask(int block) {
                    Block made = part.blocks().get(block);
                    RingVector target = target(made);
                    MaskShares.collectResults(chunks.get(block), of(masks, block), target);
                    return target;
                }

                @Override
                public void garble(int evaluator, TableSink kept, TableSink tables) {
                    byte[] offsetSeed = end.revealOffsetSeed();
                    kept.write(offsetSeed, 0, offsetSeed.length);
                    Arrays.fill(offsetSeed, (byte) 0);
                    for (MaskShares shares : masks) {
                        byte[] packed = new byte[Math.toIntExact(shares.inputs().packedBytes())];
                        shares.inputs().store(0, shares.inputs().length(), packed, 0);
                        kept.write(packed, 0, packed.length);
                        Arrays.fill(packed, (byte) 0);
                        shares.wipe();
                    }
                    byte[] answerShare = end.garble(all, evaluator, query, tables);
                    kept.write(answerShare, 0, answerShare.length);
                }
            };
        }

        @Override
        public void close() {
            end.close();
        }
    }

    private RingVector target(Block block) {
        return new Ring(block.outputBits()).zeros(part.size(block.target()));
    }

    private <T> List<T> of(List<T> ofChunks, int block) {
        int first = chunks.get(block).get(0).number();
        return ofChunks.subList(first, first + chunks.get(block).size());
    }

    @Override
    public Online online(Mesh online, Seed query, int evaluator, TableSource kept, TableSource tables) {
        byte[] revealed = new byte[Seed.BYTES];
        kept.read(revealed, 0, revealed.length);
        Seed offsetSeed = Seed.of(revealed);
        Arrays.fill(revealed, (byte) 0);
        List<MaskShares> masks = new ArrayList<>();
        for (Chunk chunk : all) {
            RingVector inputs = chunk.block().input().zeros(chunk.words());
            byte[] packed = new byte[Math.toIntExact(inputs.packedBytes())];
            kept.read(packed, 0, packed.length);
            if (!inputs.load(packed, 0, 0, inputs.length())) {
                throw new MaterialException("material of a query is damaged; prepare new material");
            }
            Arrays.fill(packed, (byte) 0);
            masks.add(new MaskShares(inputs, chunk.block().input().zeros(0)));
        }
        byte[] answerShare = new byte[answerBytes];
        kept.read(answerShare, 0, answerShare.length);
        return new Evaluation(online, query, evaluator, offsetSeed, masks, answerShare, tables);
    }

    private final class Evaluation implements Online {
        private final Mesh online;
        private final Seed query;
        private final int evaluator;
        private final Seed offsetSeed;
        private final List<MaskShares> masks;
        private final byte[] answerShare;
        private final TableSource tables;

        Evaluation(
                Mesh online,
                Seed query,
                int evaluator,
                Seed offsetSeed,
                List<MaskShares> masks,
                byte[] answerShare,
                TableSource tables) {
            this.online = online;
            this.query = query;
            this.evaluator = evaluator;
            this.offsetSeed = offsetSeed;
            this.masks = masks;
            this.answerShare = answerShare;
            this.tables = tables;
        }

        @Override
        public RingVector run(int block, RingVector share) {
            RingVector target = target(part.blocks().get(block));
            evaluate(block, share, Results.into(target));
            if (online.self() != evaluator) {
                target.receive(
                        online.to(evaluator),
                        0,
                        target.length(),
                        part.blocks().get(block).name());
                return target;
            }
            for (int other : online.others()) {
                target.send(online.to(other), 0, target.length());
                online.to(other).flush();
            }
            return target;
        }

        @Override
        public byte[] answer(int block, RingVector share) {
            byte[] part = answerShare.clone();
            byte[] external = evaluate(block, share, (chunk, planes) -> {});
            for (int i = 0; i < external.length; i++) {
                part[i] ^= external[i];
            }
            return part;
        }

        /**
         * y opened, labels to the evaluator. @return there the external bits of the answer, if it is the answer's block;
         * else nothing
         */
        private byte[] evaluate(int block, RingVector share, Results target) {
            List<Chunk> ofBlock = chunks.get(block);
            List<RingVector> y = PartyEnd.open(online, ofBlock, of(masks, block), share);
            if (online.self() == evaluator) {
                return PartyEnd.evaluate(online, ofBlock, y, offsetSeed, query, tables, target, workers);
            }
            PartyEnd.sendLabels(online.to(evaluator), ofBlock, y, offsetSeed, query);
            return new byte[0];
        }

        @Override
        public void close() {
            offsetSeed.close();
            masks.forEach(MaskShares::wipe);
            Arrays.fill(answerShare, (byte) 0);
        }
    }
}
