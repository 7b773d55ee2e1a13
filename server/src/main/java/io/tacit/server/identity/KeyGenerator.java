package io.tacit.server.identity;

import io.tacit.client.deployment.Sha256;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.SecretFile;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes a private certificate authority and one certificate a role, all on P-256, as PEM files that only their owner can
 * read. The authority's private key exists in memory only and is gone afterwards: nobody can issue a further certificate,
 * and a new role or an expired certificate means a new run and a new deployment file. Existing files are never replaced.
 */
public final class KeyGenerator {
    private static final Pattern ROLE = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    /** Certificates begin to be valid this long ago, so that small differences of clocks do no harm. */
    private static final Duration BACKDATED = Duration.ofMinutes(10);

    private static final FileAttribute<?> OWNER_ONLY_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final SecureRandom random;

    public KeyGenerator(SecureRandom random) {
        this.random = random;
    }

    /**
     * One identity that was made.
     *
     * @param role who it is for
     * @param file its PEM file
     * @param fingerprint of its certificate, for the deployment file
     */
    public record Issued(String role, Path file, Sha256 fingerprint) {}

    /**
     * Writes {@code ROLE.pem} for every role: private key, certificate, authority's certificate.
     *
     * @param folder where to; made if absent
     * @param roles role names such as {@code cloud-1}
     * @param from first instant of validity is ten minutes before this
     * @param validity how long from there, 1 hour to 10 years
     * @throws IdentityFilesExist if one of the files is there already; then none is written
     * @throws IOException if a file cannot be written; those written in this run are removed
     */
    public List<Issued> generate(Path folder, List<String> roles, Instant from, Duration validity) throws IOException {
        if (validity.compareTo(Duration.ofHours(1)) < 0 || validity.compareTo(Duration.ofDays(3660)) > 0) {
            throw new IllegalArgumentException("validity must be 1 hour to 10 years");
        }
        for (String role : roles) {
            if (!ROLE.matcher(role).matches()) {
                throw new IllegalArgumentException("not a role name: small letters, digits and hyphens, up to 32");
            }
        }
        for (String role : roles) {
            if (Files.exists(file(folder, role))) {
                throw new IdentityFilesExist(file(folder, role));
            }
        }
        makeFolder(folder);
        List<Issued> issued = new ArrayList<>();
        try {
            issueAll(folder, roles, issued, from.minus(BACKDATED), from.plus(validity));
        } catch (IOException | RuntimeException e) {
            for (Issued written : issued) {
                Files.deleteIfExists(written.file());
            }
            throw e;
        }
        return List.copyOf(issued);
    }

    private void issueAll(Path folder, List<String> roles, List<Issued> issued, Instant from, Instant until)
            throws IOException {
        KeyPair authorityKeys = newKeys();
        String authorityName =
                "Tacit private authority " + serial().toString(16).substring(0, 8);
        X509Certificate authority =
                issue(authorityName, authorityKeys.getPrivate(), authorityName, authorityKeys, from, until, true);
        for (String role : roles) {
            KeyPair keys = newKeys();
            X509Certificate certificate =
                    issue(authorityName, authorityKeys.getPrivate(), role, keys, from, until, false);
            write(file(folder, role), keys.getPrivate(), certificate, authority);
            issued.add(new Issued(role, file(folder, role), Identity.fingerprintOf(certificate)));
        }
    }

    private static Path file(Path folder, String role) {
        return folder.resolve(role + ".pem");
    }

    private X509Certificate issue(
            String issuer,
            PrivateKey issuerKey,
            String subject,
            KeyPair keys,
            Instant from,
            Instant until,
            boolean authority) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    new X500Principal("CN=" + issuer),
                    serial(),
                    Date.from(from),
                    Date.from(until),
                    new X500Principal("CN=" + subject),
                    keys.getPublic());
            builder.addExtension(
                    Extension.basicConstraints,
                    true,
                    authority ? new BasicConstraints(0) : new BasicConstraints(false));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
            if (!authority) {
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                }));
            }
            var signer = new JcaContentSignerBuilder("SHA256withECDSA")
                    .setSecureRandom(random)
                    .build(issuerKey);
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("every Java platform signs with P-256", e);
        }
    }

    private KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }

    /** 127 random bits, so that serial numbers never meet. */
    private BigInteger serial() {
        return new BigInteger(127, random).setBit(126);
    }

    private static void makeFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, posix(folder) ? new FileAttribute<?>[] {OWNER_ONLY_FOLDER} : none());
        }
    }

    private static void write(Path file, PrivateKey key, X509Certificate certificate, X509Certificate authority)
            throws IOException {
        byte[] keyDer = key.getEncoded();
        byte[] keyText = Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(keyDer);
        ByteBuffer content = ByteBuffer.allocate(1 << 14);
        try (FileChannel out = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), SecretFile.ownerOnly(file))) {
            block(content, "PRIVATE KEY", keyText);
            for (X509Certificate each : List.of(certificate, authority)) {
                block(
                        content,
                        "CERTIFICATE",
                        Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(each.getEncoded()));
            }
            content.flip();
            while (content.hasRemaining()) {
                out.write(content);
            }
            out.force(true);
        } catch (FileAlreadyExistsException e) {
            throw new IdentityFilesExist(file);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate without an encoding", e);
        } finally {
            Arrays.fill(keyDer, (byte) 0);
            Arrays.fill(keyText, (byte) 0);
            Arrays.fill(content.array(), (byte) 0);
        }
    }

    private static void block(ByteBuffer out, String type, byte[] text) {
        out.put(("-----BEGIN " + type + "-----\n").getBytes(StandardCharsets.US_ASCII));
        out.put(text);
        out.put(("\n-----END " + type + "-----\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] none() {
        return new FileAttribute<?>[0];
    }
}
