package io.tacit.client.privdnn;

import io.tacit.client.deployment.Sha256;
import io.tacit.client.wire.Identity;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.model.ModelFileException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.separate.CoreFilters;
import io.tacit.model.separate.CoreSegment;
import io.tacit.model.separate.Separation;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.privdnn.CoreOwner;
import io.tacit.protocol.privdnn.CorePlan;
import io.tacit.protocol.privdnn.CoreWeights;
import io.tacit.protocol.privdnn.EncryptedPart;
import io.tacit.protocol.privdnn.FilterRecords;
import io.tacit.protocol.privdnn.Mode;
import io.tacit.protocol.privdnn.PlainFilters;
import io.tacit.protocol.privdnn.PrivDnnPlan;
import io.tacit.protocol.privdnn.ResidueModulus;
import io.tacit.protocol.privdnn.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The partly encrypted network that its owner ships, a file by custom {@code NAME.bundle.tacit}: everything but the core
 * filters in the clear, these as ciphertexts under the owner's key. Nothing in it is secret. Thread-safe.
 *
 * <p>All numbers are big-endian.
 *
 * <pre>
 * magic       8 bytes  89 54 43 4F 52 45 0D 0A
 * version     u16      2
 * mode        u8       0 published, 1 hardened
 * disclosure  u8, u32  0 label, 1 top-k, 2 scores; places
 * core        two lists of u32 count and u32 channels: of the first and the second convolution
 * clear part  u32 length, an integer network file
 * keys        the owner's relinearisation key and public key, of the lengths that follow from the above
 * records     the core filters' ciphertexts, of the numbers and lengths that follow from the above
 * hash        32 bytes SHA-256 of everything before it: what a deployment names
 * signature   the owner's certificate and signature, see {@link BundleSignature}; nothing before the owner has signed
 * </pre>
 */
public final class Bundle implements AutoCloseable {
    private static final byte[] MAGIC = {(byte) 0x89, 'T', 'C', 'O', 'R', 'E', '\r', '\n'};
    private static final int VERSION = 2;
    private static final int HASH_BYTES = 32;
    private static final int BUFFER_BYTES = 1 << 20;

    private final FileChannel file;
    private final PrivDnnPlan plan;
    private final CorePlan corePlan;
    private final byte[] relinearizationKey;
    private final byte[] publicKey;
    private final long[] recordOffsets;
    private final Sha256 hash;
    private final byte[] signature;

    private Bundle(
            FileChannel file,
            PrivDnnPlan plan,
            CorePlan corePlan,
            byte[] relinearizationKey,
            byte[] publicKey,
            long[] recordOffsets,
            Sha256 hash,
            byte[] signature) {
        this.file = file;
        this.plan = plan;
        this.corePlan = corePlan;
        this.relinearizationKey = relinearizationKey;
        this.publicKey = publicKey;
        this.recordOffsets = recordOffsets;
        this.hash = hash;
        this.signature = signature;
    }

    // ---- plans

    /** The homomorphic evaluation's plan, from what everybody may know. */
    private static CorePlan corePlan(IntegerNetwork clearPart, CoreFilters core, Settings settings) {
        return CorePlan.of(EncryptedPart.shape(clearPart, CoreSegment.of(clearPart), core), settings.mode());
    }

    private static PrivDnnPlan plan(IntegerNetwork clearPart, CoreFilters core, CorePlan corePlan, Settings settings) {
        return new PrivDnnPlan(
                clearPart,
                CoreSegment.of(clearPart),
                core,
                new ResidueModulus(corePlan.prime(0), corePlan.prime(1)),
                settings);
    }

    // ---- writing

    /**
     * Encrypts the core filters and writes a bundle; a reader never sees a file that is half written.
     *
     * @param network the whole network
     * @param key what the owner's key is a function of
     * @param prg for encryption
     * @param progress is told of the records that are written, and first of their number as a negative one
     * @return the bundle's hash
     * @throws io.tacit.model.UnsupportedModelException if the network has no encrypted part, or one that is too wide
     * @throws IOException if the file cannot be written
     */
    public static Sha256 write(
            Path target,
            IntegerNetwork network,
            CoreFilters core,
            Settings settings,
            Seed key,
            Prg prg,
            LongConsumer progress)
            throws IOException {
        CoreSegment segment = CoreSegment.of(network);
        IntegerNetwork clearPart = Separation.clearPart(network, segment, core);
        CorePlan corePlan = corePlan(clearPart, core, settings);
        plan(clearPart, core, corePlan, settings); // refuses what cannot be asked
        Path folder = target.toAbsolutePath().getParent();
        Path temporary = Files.createTempFile(folder, "." + target.getFileName(), ".part");
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE);
                CoreOwner owner = new CoreOwner(corePlan, key);
                CoreWeights weights = EncryptedPart.core(Separation.separated(network, segment, core), segment, core)) {
            MessageDigest digest = digest();
            write(channel, digest, header(clearPart, core, settings));
            write(channel, digest, owner.relinearizationKey());
            write(channel, digest, owner.publicKey());
            progress.accept(-corePlan.weightRecords());
            owner.encrypt(weights, prg, (record, bytes) -> {
                try {
                    write(channel, digest, bytes);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                progress.accept(record + 1L);
            });
            byte[] hash = digest.digest();
            write(channel, digest, hash);
            channel.force(true);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return Sha256.ofDigest(hash);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Puts the owner's signature at a bundle's end, in place of another.
     *
     * @return the bundle's hash, which is the same as before
     * @throws ModelFileException if it is no bundle, or a damaged one
     * @throws IOException if it cannot be written
     */
    public static Sha256 sign(Path path, Identity owner) throws IOException {
        try (Bundle bundle = open(path);
                FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.truncate(bundle.recordOffsets[bundle.recordOffsets.length - 1] + HASH_BYTES);
            ByteBuffer signature = ByteBuffer.wrap(BundleSignature.make(owner, bundle.hash));
            file.position(file.size());
            while (signature.hasRemaining()) {
                file.write(signature);
            }
            file.force(true);
            return bundle.hash;
        }
    }

    private static byte[] header(IntegerNetwork clearPart, CoreFilters core, Settings settings) {
        byte[] network = IntegerNetworkFile.encode(clearPart);
        int channels = core.first().size() + core.second().size();
        ByteBuffer header =
                ByteBuffer.allocate(MAGIC.length + 2 + 1 + 5 + (3 + channels) * Integer.BYTES + network.length);
        header.put(MAGIC).putShort((short) VERSION).put((byte) settings.mode().ordinal());
        header.put((byte) settings.disclosure().kind().ordinal())
                .putInt(settings.disclosure().places());
        for (List<Integer> list : List.of(core.first(), core.second())) {
            header.putInt(list.size());
            list.forEach(header::putInt);
        }
        return header.putInt(network.length).put(network).array();
    }

    private static void write(FileChannel channel, MessageDigest digest, byte[] bytes) throws IOException {
        digest.update(bytes);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    // ---- reading

    /**
     * Opens a bundle and checks all of it, at about the disk's speed.
     *
     * @throws ModelFileException if it is missing, unreadable, corrupt, or states what is not so
     */
    public static Bundle open(Path path) {
        FileChannel file;
        try {
            file = FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new ModelFileException("there is no file " + path, e);
        } catch (IOException e) {
            throw new ModelFileException("cannot read " + path + ": " + e.getMessage(), e);
        }
        try {
            Bundle bundle = read(file);
            bundle.requireHash();
            return bundle;
        } catch (ModelFileException e) {
            close(file);
            throw new ModelFileException(path + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) { // plans and records check what they are made of
            close(file);
            throw new ModelFileException(path + " contradicts itself: " + e.getMessage(), e);
        } catch (IOException e) {
            close(file);
            throw new ModelFileException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    private static Bundle read(FileChannel file) throws IOException {
        Cursor in = new Cursor(file);
        if (!Arrays.equals(in.bytes(MAGIC.length), MAGIC)) {
            throw new ModelFileException("this is not a partly encrypted network (tacit privdnn pack)");
        }
        int version = in.bytes(2)[1];
        if (version != VERSION) {
            throw new ModelFileException("file version " + version + " is not " + VERSION);
        }
        Mode mode = choice(Mode.values(), in.bytes(1)[0], "mode");
        Disclosure.Kind kind = choice(Disclosure.Kind.values(), in.bytes(1)[0], "disclosure");
        Settings settings = Settings.of(mode, new Disclosure(kind, in.length(IntegerNetwork.MAX_TENSOR_SIZE)));
        CoreFilters core = new CoreFilters(channels(in), channels(in));
        IntegerNetwork clearPart =
                IntegerNetworkFile.decodeStated(in.bytes(in.length(IntegerNetworkFile.MAX_FILE_BYTES)));
        CorePlan corePlan = corePlan(clearPart, core, settings);
        PrivDnnPlan plan = plan(clearPart, core, corePlan, settings);
        byte[] relinearizationKey = in.bytes(corePlan.relinearizationKeyBytes());
        byte[] publicKey = in.bytes(corePlan.publicKeyBytes());
        long[] offsets = new long[corePlan.weightRecords() + 1];
        offsets[0] = in.at;
        for (int i = 0; i < corePlan.weightRecords(); i++) {
            offsets[i + 1] = offsets[i] + corePlan.weightRecordBytes(i);
        }
        in.at = offsets[offsets.length - 1];
        long signatureBytes = file.size() - in.at - HASH_BYTES;
        if (signatureBytes < 0 || signatureBytes > BundleSignature.MAX_BYTES) {
            throw new ModelFileException("the file has " + file.size() + " bytes; " + (in.at + HASH_BYTES)
                    + " and a signature are expected");
        }
        Sha256 hash = Sha256.ofDigest(in.bytes(HASH_BYTES));
        byte[] signature = in.bytes((int) signatureBytes);
        return new Bundle(file, plan, corePlan, relinearizationKey, publicKey, offsets, hash, signature);
    }

    private static List<Integer> channels(Cursor in) throws IOException {
        int count = in.length(1 << 16);
        List<Integer> channels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            channels.add(in.length(1 << 20));
        }
        return channels;
    }

    private static <T> T choice(T[] values, int index, String what) {
        if (index < 0 || index >= values.length) {
            throw new ModelFileException(what + " " + index + " is not known");
        }
        return values[index];
    }

    /** Reads one thing after another, never beyond the file's end. */
    private static final class Cursor {
        private final FileChannel file;
        long at;

        Cursor(FileChannel file) {
            this.file = file;
        }

        byte[] bytes(int count) throws IOException {
            if (count > file.size() - at) {
                throw new ModelFileException("the file ends too early");
            }
            byte[] bytes = read(file, at, count);
            at += count;
            return bytes;
        }

        int length(int most) throws IOException {
            int length = ByteBuffer.wrap(bytes(Integer.BYTES)).getInt();
            if (length < 0 || length > most) {
                throw new ModelFileException("a length of " + length + " is not within 0 .. " + most);
            }
            return length;
        }
    }

    private static byte[] read(FileChannel file, long at, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, at + buffer.position()) < 0) {
                throw new IOException("the file has become shorter");
            }
        }
        return buffer.array();
    }

    private void requireHash() throws IOException {
        MessageDigest digest = digest();
        long end = recordOffsets[recordOffsets.length - 1];
        for (long at = 0; at < end; at += BUFFER_BYTES) {
            digest.update(read(file, at, (int) Math.min(BUFFER_BYTES, end - at)));
        }
        if (!Sha256.ofDigest(digest.digest()).equals(hash)) {
            throw new ModelFileException("the file is damaged: its SHA-256 does not match");
        }
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void close(FileChannel file) {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- what it says

    /** What owner and user compute. */
    public PrivDnnPlan plan() {
        return plan;
    }

    /** The homomorphic evaluation's plan. */
    public CorePlan corePlan() {
        return corePlan;
    }

    /** SHA-256 of the file's content. */
    public Sha256 hash() {
        return hash;
    }

    /** Whether the holder of one of these certificates, by fingerprint, signed it. */
    public boolean isSignedBy(List<Sha256> certificates) {
        return BundleSignature.isOf(signature, hash, certificates);
    }

    public byte[] relinearizationKey() {
        return relinearizationKey.clone();
    }

    public byte[] publicKey() {
        return publicKey.clone();
    }

    /** The filters of the first convolution that are in the clear. */
    public PlainFilters plainFilters() {
        return EncryptedPart.plain(plan.clearPart(), plan.segment(), plan.core());
    }

    /** The core filters' ciphertexts, read when asked for. */
    public FilterRecords records() {
        return record -> {
            try {
                return read(file, recordOffsets[record], (int) (recordOffsets[record + 1] - recordOffsets[record]));
            } catch (IOException e) {
                throw new ModelFileException("cannot read the bundle: " + e.getMessage(), e);
            }
        };
    }

    @Override
    public void close() {
        close(file);
    }
}
