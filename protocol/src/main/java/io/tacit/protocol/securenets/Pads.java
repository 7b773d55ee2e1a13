package io.tacit.protocol.securenets;

import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.FieldVector;
import io.tacit.crypto.share.PrimeField;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.Step;
import io.tacit.protocol.material.MaterialException;
import io.tacit.protocol.material.MaterialKind;
import io.tacit.protocol.material.MaterialStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The pads of modes with one or two clouds. A pad serves one round: a seed, from which the masks r of every layer are
 * expanded, and for every layer the residues u = W r + b that take the masks off and the biases on: W x + b = z + u where
 * z = W (x - r).
 *
 * <p>A pad is used for one round and never again: two queries under one r would show their difference.
 */
final class Pads {
    private static final int PREFIX_HEX_DIGITS = 24;

    private final SecureNetsPlan plan;
    private final PrimeField field;
    private final String modelDigest;
    private final List<FieldVector> weights;

    Pads(SecureNetsPlan plan, List<FieldVector> weights) {
        this.plan = plan;
        this.field = plan.field();
        this.weights = weights;
        this.modelDigest = digest(plan);
    }

    private static String digest(SecureNetsPlan plan) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(new byte[] {1, (byte) plan.field().bits()});
            sha.update(ints(plan.imagesPerChunk()));
            for (Step.Linear layer : plan.layers()) {
                int[] shape = new int[Command.GEOMETRY_INTS];
                Deployment.describe(new RemoteProduct(layer.geometry(), 1), shape, 0);
                sha.update(ints(shape));
                sha.update(ints(layer.weights()));
                for (int channel = 0; channel < layer.bias().length; channel++) {
                    byte[] bias = layer.biasOf(channel).toByteArray();
                    sha.update(ints(bias.length));
                    sha.update(bias);
                }
            }
            return HexFormat.of().formatHex(sha.digest()).substring(0, PREFIX_HEX_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    private static byte[] ints(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        return bytes.array();
    }

    /** Pads for rounds of so many images of this network. */
    MaterialKind kind(int images) {
        return new MaterialKind("securenets-" + modelDigest + "-" + images);
    }

    /**
     * Makes the pads of all rounds of {@code images} images.
     *
     * @throws LimitExceeded before anything is made, if the store has no room for all of them
     */
    void prepare(MaterialStore store, int images, SecureRandom random, Workers workers) {
        long bytes = 0;
        for (int round = 0; round < plan.rounds(images); round++) {
            bytes += plan.padBytes(plan.imagesInRound(round, images));
        }
        if (bytes > store.roomBytes()) {
            throw new LimitExceeded("pads for " + images + " images take " + bytes + " bytes, and there is room for "
                    + store.roomBytes());
        }
        for (int round = 0; round < plan.rounds(images); round++) {
            int inRound = plan.imagesInRound(round, images);
            try (MaterialStore.Draft draft = store.create(kind(inRound), plan.padBytes(inRound));
                    Seed seed = Seed.random(random)) {
                write(draft, seed, inRound, workers);
                draft.commit();
            }
        }
    }

    private void write(MaterialStore.Draft draft, Seed seed, int images, Workers workers) {
        byte[] revealed = seed.reveal();
        draft.write(revealed, 0, Seed.BYTES);
        Arrays.fill(revealed, (byte) 0);
        for (int layer = 0; layer < plan.layers().size(); layer++) {
            Step.Linear step = plan.layers().get(layer);
            int inputs = step.geometry().inputSize();
            int outputs = step.geometry().outputSize();
            FieldVector r = field.zeros(images * inputs);
            FieldVector u = field.zeros(images * outputs);
            try (Prg masks = masks(seed, layer)) {
                for (int first = 0; first < images; first += plan.imagesPerChunk()) {
                    int part = Math.min(plan.imagesPerChunk(), images - first);
                    r.randomize(masks, first * inputs, part * inputs);
                }
            }
            field.convolve(step.geometry(), images, weights.get(layer), r, 0, u, 0, workers);
            FieldVector bias = Residues.biasTensor(field, step);
            byte[] bytes = new byte[outputs * field.bytesPerValue()];
            for (int image = 0; image < images; image++) {
                field.add(u, image * outputs, bias, 0, u, image * outputs, outputs);
                u.store(image * outputs, outputs, bytes);
                draft.write(bytes, 0, bytes.length);
            }
            Arrays.fill(bytes, (byte) 0);
            r.wipe();
            u.wipe();
        }
    }

    private static Prg masks(Seed seed, int layer) {
        return seed.generator("securenets", "pad", Integer.toString(layer));
    }

    /** Rounds of {@code images} images for which no pad of the right size is ready. */
    int missing(MaterialStore store, int images) {
        int full = images / plan.imagesPerRound();
        int rest = images % plan.imagesPerRound();
        int missing = Math.max(0, full - store.ready(kind(plan.imagesPerRound())));
        return missing + (rest > 0 && store.ready(kind(rest)) == 0 ? 1 : 0);
    }

    /**
     * Claims a pad for a round: one of exactly that size, else one of a full round.
     *
     * @throws LimitExceeded if none is ready
     */
    Pad claim(MaterialStore store, int images) {
        Optional<MaterialStore.Claim> exact = store.claim(kind(images));
        if (exact.isPresent()) {
            return new Pad(exact.get(), images);
        }
        int full = plan.imagesPerRound();
        return new Pad(
                store.claim(kind(full))
                        .orElseThrow(() -> new LimitExceeded("no pad is prepared for a round of " + images
                                + " images of this network; prepare more")),
                full);
    }

    /** A claimed pad, read layer by layer and chunk by chunk. Closing it burns it. */
    final class Pad implements AutoCloseable {
        private final MaterialStore.Claim claim;
        private final int padImages;
        private final Seed seed;
        private byte[] bytes = new byte[0];
        private Prg masks;
        private int inputs;
        private int outputs;
        private int masksLeft; // images of the layer whose masks have not been drawn
        private int removersLeft; // images of the layer whose u has not been read

        private Pad(MaterialStore.Claim claim, int padImages) {
            this.claim = claim;
            this.padImages = padImages;
            if (claim.sizeBytes() != plan.padBytes(padImages)) {
                claim.close();
                throw new MaterialException("pad " + claim.id() + " has another size than its kind; prepare new ones");
            }
            byte[] revealed = new byte[Seed.BYTES];
            try {
                claim.read(revealed, 0, Seed.BYTES);
            } catch (RuntimeException e) {
                claim.close();
                throw e;
            }
            this.seed = Seed.of(revealed);
            Arrays.fill(revealed, (byte) 0);
            this.masks = Pads.masks(seed, 0);
        }

        /** Goes on to a layer; layers are taken in order. */
        void begin(int layer) {
            skipImages(removersLeft);
            masks.close();
            masks = Pads.masks(seed, layer);
            inputs = plan.layers().get(layer).geometry().inputSize();
            outputs = plan.layers().get(layer).geometry().outputSize();
            masksLeft = padImages;
            removersLeft = padImages;
        }

        private void skipImages(int images) {
            for (int i = 0; i < images; i++) {
                claim.read(bytes(outputs * field.bytesPerValue()), 0, outputs * field.bytesPerValue());
            }
        }

        /** Draws the masks r of the next chunk; there is room for {@link SecureNetsPlan#imagesPerChunk} images. */
        void masks(FieldVector r) {
            int images = Math.min(plan.imagesPerChunk(), masksLeft);
            r.randomize(masks, 0, images * inputs);
            masksLeft -= images;
        }

        /** Reads u for the next {@code images} images. */
        void removers(FieldVector u, int images) {
            int count = images * outputs;
            byte[] read = bytes(count * field.bytesPerValue());
            claim.read(read, 0, count * field.bytesPerValue());
            if (!u.load(read, 0, count)) {
                throw new MaterialException(
                        "pad " + claim.id() + " holds values that are no residues; prepare new ones");
            }
            removersLeft -= images;
        }

        private byte[] bytes(int count) {
            if (bytes.length < count) {
                bytes = new byte[count];
            }
            return bytes;
        }

        @Override
        public void close() {
            masks.close();
            seed.close();
            Arrays.fill(bytes, (byte) 0);
            claim.close();
        }
    }
}
