package io.tacit.model.integer;

import io.tacit.model.ModelFileException;
import io.tacit.model.integer.PublicStep.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The file of a public network, by custom {@code NAME.public.tacit}: canonical, one network has exactly one encoding. All
 * numbers are big-endian.
 *
 * <pre>
 * magic     8 bytes  89 54 50 55 42 4C 0D 0A
 * version   u16      1
 * sections  three, in this order, each: tag u8, length u32, content
 *   1 about          name (string), output scale f64, input range (two integers)
 *   2 preprocessing  as in {@link IntegerNetworkFile}
 *   3 steps          u16 count, then each: kind u8, name, sources, kind's fields, shape (3 x u32), value bits u16
 * trailer   32 bytes SHA-256 of everything before it; also {@link PublicNetwork#hash}
 * </pre>
 *
 * <p>The reader trusts nothing: it bounds every length before allocating and recomputes every shape. Widths cannot be
 * proven without the weights: whoever made the file answers for them; a wrong one gives wrong results and nothing else.
 */
public final class PublicNetworkFile {

    /** Largest file that is read, in bytes. */
    public static final int MAX_FILE_BYTES = 1 << 26;

    private static final byte[] MAGIC = {(byte) 0x89, 'T', 'P', 'U', 'B', 'L', '\r', '\n'};
    private static final int VERSION = 1;

    private PublicNetworkFile() {}

    /** Reads and checks a file. @throws ModelFileException if it is missing, unreadable, corrupt, or contradicts itself */
    public static PublicNetwork read(Path file) {
        return SealedFile.read(file, MAX_FILE_BYTES, PublicNetworkFile::decode);
    }

    /** Writes a network; a reader never sees a file that is half written. @throws IOException if the folder cannot be written */
    public static void write(PublicNetwork network, Path file) throws IOException {
        SealedFile.write(encode(network), file);
    }

    /** The canonical bytes. @throws IllegalArgumentException if the network exceeds a limit of the format */
    public static byte[] encode(PublicNetwork network) {
        return SealedFile.seal(body(network));
    }

    static byte[] hash(PublicNetwork network) {
        return SealedFile.hash(body(network));
    }

    /** Reads what {@link #encode} wrote. @throws ModelFileException if anything is wrong with it */
    public static PublicNetwork decode(byte[] bytes) {
        if (bytes.length > MAX_FILE_BYTES) {
            throw new ModelFileException(bytes.length + " bytes are more than " + MAX_FILE_BYTES);
        }
        FileReader file = SealedFile.open(
                bytes, MAGIC, VERSION, "a network without weights (NAME.public.tacit, of tacit keygen)");
        try {
            FileReader about = NetworkDecoder.section(file, NetworkEncoder.ABOUT);
            String name = about.string();
            double outputScale = about.f64("output scale");
            Range inputRange = NetworkDecoder.range(about);
            about.end("first section");
            FileReader second = NetworkDecoder.section(file, NetworkEncoder.PREPROCESSING);
            Preprocessing preprocessing = NetworkDecoder.preprocessing(second);
            second.end("preprocessing");
            FileReader third = NetworkDecoder.section(file, NetworkEncoder.STEPS);
            int count = third.u16();
            if (count > IntegerNetwork.MAX_STEPS) {
                throw new ModelFileException(count + " steps are more than " + IntegerNetwork.MAX_STEPS);
            }
            List<PublicStep> steps = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                steps.add(step(third));
            }
            third.end("steps");
            file.end("file");
            return new PublicNetwork(name, preprocessing, inputRange, steps, outputScale);
        } catch (IllegalArgumentException e) { // records check their own fields
            throw new ModelFileException("the file contradicts itself: " + e.getMessage(), e);
        }
    }

    private static byte[] body(PublicNetwork network) {
        FileWriter file = new FileWriter();
        file.bytes(MAGIC);
        file.u16(VERSION);
        FileWriter about = new FileWriter();
        about.string(network.name());
        about.f64(network.outputScale());
        about.big(network.inputRange().low());
        about.big(network.inputRange().high());
        NetworkEncoder.section(file, NetworkEncoder.ABOUT, about);
        NetworkEncoder.section(
                file, NetworkEncoder.PREPROCESSING, NetworkEncoder.preprocessing(network.preprocessing()));
        FileWriter steps = new FileWriter();
        steps.u16(network.steps().size());
        for (PublicStep step : network.steps()) {
            step(steps, step);
        }
        NetworkEncoder.section(file, NetworkEncoder.STEPS, steps);
        return file.toBytes();
    }

    private static void step(FileWriter out, PublicStep step) {
        Operation operation = step.operation();
        out.u8(NetworkEncoder.kind(operation));
        out.string(step.name());
        out.u16(step.sources().size());
        step.sources().forEach(out::u16);
        NetworkEncoder.fields(out, operation);
        NetworkEncoder.shape(out, step.shape());
        out.u16(step.valueBits());
    }

    private static PublicStep step(FileReader in) {
        int kind = in.u8();
        String name = in.string();
        int sourceCount = in.u16();
        List<Integer> sources = new ArrayList<>();
        for (int i = 0; i < sourceCount; i++) {
            sources.add(in.u16());
        }
        Operation operation = NetworkDecoder.operation(in, kind, sourceCount);
        TensorShape shape = NetworkDecoder.shape(in);
        return new PublicStep(name, operation, sources, shape, in.u16());
    }
}
