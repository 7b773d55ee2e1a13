package io.tacit.protocol.securenets;

import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.PrimeField;
import io.tacit.crypto.verify.Freivalds;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Step;
import io.tacit.protocol.plan.FieldChoice;
import java.util.ArrayList;
import java.util.List;

/**
 * What runs for one network in one mode, and its exact price: bytes and messages a phase, multiplications, memory.
 *
 * <p>A <em>round</em> is a group of images that travel together, one round trip a product. Within a round the user works on
 * <em>chunks</em> of images that stay in a core's cache; messages are cut at the ends of chunks.
 */
public final class SecureNetsPlan {
    /** Most images of a round. */
    public static final int MAX_IMAGES_PER_ROUND = 1 << 12;

    private static final int ROUND_VALUES = 1 << 21;
    private static final int CHUNK_VALUES = 1 << 16;
    private static final int USUAL_IMAGES_PER_ROUND = 64;

    private final Settings settings;
    private final PrimeField field;
    private final List<Step.Linear> layers;
    private final List<RemoteProduct> products;
    private final int[] firstProduct;
    private final int checks;
    private final int imagesPerRound;
    private final int imagesPerChunk;

    /**
     * @throws UnsupportedModelException naming the layers whose numbers exceed every field
     * @throws LimitExceeded if one image of one layer is too large for a message round
     */
    public SecureNetsPlan(IntegerNetwork network, Settings settings) {
        this.settings = settings;
        field = FieldChoice.smallestFor(network);
        layers = network.linearSteps();
        products = new ArrayList<>();
        firstProduct = new int[layers.size() + 1];
        for (int i = 0; i < layers.size(); i++) {
            firstProduct[i] = products.size();
            products.addAll(products(layers.get(i).geometry(), settings.mode()));
        }
        firstProduct[layers.size()] = products.size();
        int fewest = settings.mode().isBlinded() ? Freivalds.defaultChecks(field) : 0;
        checks = settings.checks() == Settings.DEFAULT_CHECKS ? Freivalds.defaultChecks(field) : settings.checks();
        if (checks < fewest) {
            throw new IllegalArgumentException("at least " + fewest + " checks are needed over " + field);
        }
        int largest = 1;
        for (RemoteProduct product : products) {
            largest = Math.max(largest, Math.max(product.inputPerImage(), product.outputPerImage()));
        }
        int most = Integer.MAX_VALUE / largest;
        imagesPerRound = settings.imagesPerRound() > 0
                ? settings.imagesPerRound()
                : Math.max(1, Math.min(USUAL_IMAGES_PER_ROUND, ROUND_VALUES / largest));
        if (imagesPerRound > most) {
            throw new LimitExceeded(
                    "a round of " + imagesPerRound + " images has more than 2^31 - 1 values in a layer");
        }
        imagesPerChunk = Math.max(1, Math.min(imagesPerRound, CHUNK_VALUES / largest));
    }

    /** Blinded: the layer as it is. Published: a matrix product a group, columns = positions, one more input for the bias. */
    private static List<RemoteProduct> products(ConvolutionGeometry geometry, Mode mode) {
        if (mode.isBlinded()) {
            return List.of(new RemoteProduct(geometry, 1));
        }
        List<RemoteProduct> groups = new ArrayList<>();
        for (int group = 0; group < geometry.groups(); group++) {
            groups.add(new RemoteProduct(
                    ConvolutionGeometry.dense(geometry.taps() + 1, geometry.outChannels() / geometry.groups()),
                    geometry.outHeight() * geometry.outWidth()));
        }
        return groups;
    }

    public Settings settings() {
        return settings;
    }

    public Mode mode() {
        return settings.mode();
    }

    /** Field that everything is computed in. */
    public PrimeField field() {
        return field;
    }

    /** The network's linear layers in order. */
    public List<Step.Linear> layers() {
        return layers;
    }

    /** What the clouds compute, in order. */
    public List<RemoteProduct> products() {
        return List.copyOf(products);
    }

    /** Index of a layer's first product; the layer has those up to the next layer's first. */
    int firstProduct(int layer) {
        return firstProduct[layer];
    }

    /** Repetitions of Freivalds' check a column; 0 in published mode without it. */
    public int checks() {
        return checks;
    }

    /** Most images that travel together. */
    public int imagesPerRound() {
        return imagesPerRound;
    }

    /** Images that the user works on at a time. */
    public int imagesPerChunk() {
        return imagesPerChunk;
    }

    /** Number of rounds for some images. */
    public int rounds(int images) {
        return (images + imagesPerRound - 1) / imagesPerRound;
    }

    /** Images of one round. */
    public int imagesInRound(int round, int images) {
        return Math.min(imagesPerRound, images - round * imagesPerRound);
    }

    /** How the shares that a cloud holds reach it: {@code true} as a seed. One entry a share held. */
    List<Boolean> seededShares(int cloud) {
        return switch (mode()) {
            case BLINDED_ONE, PUBLISHED -> List.of(false);
            case BLINDED_TWO -> List.of(cloud == 0);
            // shares 1 and 2 of three are drawn, share 3 completes them; cloud k holds shares k and k + 1
            case BLINDED_THREE -> List.of(cloud < 2, (cloud + 1) % 3 < 2);
        };
    }

    /** How the data reach a cloud: {@code true} as a seed. One entry a vector. */
    List<Boolean> seededInputs(int cloud) {
        return mode() == Mode.BLINDED_THREE ? seededShares(cloud) : List.of(false);
    }

    // ---- price, as the user's channel to cloud 0, 1 or 2 counts it

    /** What deployment sends and receives. */
    public Traffic.Count deployTraffic(int cloud) {
        Traffic.Count sum = new Traffic.Count(Command.BYTES, Long.BYTES, 1, 1, 1);
        sum = sum.plus(sent((long) products.size() * Command.GEOMETRY_INTS, Integer.BYTES));
        for (boolean seeded : seededShares(cloud)) {
            if (seeded) {
                sum = sum.plus(new Traffic.Count(Seed.BYTES, 0, 1, 0, 0));
            } else {
                for (RemoteProduct product : products) {
                    sum = sum.plus(sent(product.geometry().weightCount(), field.bytesPerValue()));
                }
            }
        }
        return sum;
    }

    /** What the prediction of some images sends and receives, on all lanes together. */
    public Traffic.Count predictTraffic(int cloud, int images) {
        Traffic.Count sum = Traffic.Count.NOTHING;
        for (int round = 0; round < rounds(images); round++) {
            sum = sum.plus(roundTraffic(cloud, imagesInRound(round, images)));
        }
        return sum;
    }

    private Traffic.Count roundTraffic(int cloud, int images) {
        Traffic.Count sum = new Traffic.Count(Command.BYTES, 0, 1, 0, products.size());
        List<Boolean> inputs = seededInputs(cloud);
        for (boolean seeded : inputs) {
            if (seeded) {
                sum = sum.plus(new Traffic.Count(Seed.BYTES, 0, 1, 0, 0));
            }
        }
        boolean onlySeeds = !inputs.contains(false);
        if (onlySeeds) { // the first wait follows the seeds, the others follow no message
            sum = new Traffic.Count(sum.bytesSent(), 0, sum.messagesSent(), 0, 1);
        }
        for (RemoteProduct product : products) {
            for (int first = 0; first < images; first += imagesPerChunk) {
                int part = Math.min(imagesPerChunk, images - first);
                for (boolean seeded : inputs) {
                    if (!seeded) {
                        sum = sum.plus(sent((long) part * product.inputPerImage(), field.bytesPerValue()));
                    }
                }
                Traffic.Count back = sent((long) part * product.outputPerImage(), field.bytesPerValue());
                sum = sum.plus(new Traffic.Count(0, back.bytesSent(), 0, back.messagesSent(), 0));
            }
        }
        return sum;
    }

    private static Traffic.Count sent(long values, int bytesPerValue) {
        long perMessage = Bulk.CHUNK_BYTES / bytesPerValue;
        return new Traffic.Count(values * bytesPerValue, 0, (values + perMessage - 1) / perMessage, 0, 0);
    }

    /** Bytes of the pad of a round, 0 in modes without pads. */
    public long padBytes(int images) {
        if (!mode().needsPads()) {
            return 0;
        }
        long values = 0;
        for (RemoteProduct product : products) {
            values += product.outputPerImage();
        }
        return Seed.BYTES + values * images * field.bytesPerValue();
    }

    /** Multiplications that one cloud does for one image. */
    public long cloudMultiplications() {
        long sum = 0;
        for (RemoteProduct product : products) {
            sum += product.multiplicationsPerImage();
        }
        return mode() == Mode.BLINDED_THREE ? 2 * sum : sum;
    }

    /** Multiplications that the user does offline for one image: u = W r. */
    public long offlineMultiplications() {
        return mode().needsPads() ? cloudMultiplications() : 0;
    }

    /** Multiplications that the user does online for one image, for the checks: one a value, cloud and repetition. */
    public long onlineMultiplications() {
        long sum = 0;
        for (RemoteProduct product : products) {
            int inputs = mode() == Mode.BLINDED_THREE ? 2 * product.inputPerImage() : product.inputPerImage();
            sum += (long) mode().clouds() * checks * (inputs + product.outputPerImage());
        }
        return sum;
    }

    /** Bytes of shares that a cloud keeps. */
    public long cloudShareBytes(int cloud) {
        long weights = 0;
        for (RemoteProduct product : products) {
            weights += product.geometry().weightCount();
        }
        return weights * field.bytesPerValue() * seededShares(cloud).size();
    }

    /** Bytes of buffers that a cloud needs a lane. */
    public long cloudLaneBytes() {
        return CloudBuffers.bytes(products, field, imagesPerRound, mode() == Mode.BLINDED_THREE);
    }
}
