package io.tacit.client.wire;

import io.tacit.client.deployment.Sha256;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one party proves its role with: a private key, its certificate, and the certificate of the authority that issued
 * it, from one PEM file. Only the key is secret; it is never printed.
 */
public final class Identity {
    private static final int MAX_FILE_BYTES = 1 << 16;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN (PRIVATE KEY|CERTIFICATE)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final byte[] PROBE = {};
    private static final String SIGNATURE = "SHA256withECDSA";

    private final PrivateKey key;
    private final X509Certificate certificate;
    private final X509Certificate authority;

    /**
     * @param key P-256 private key of the certificate
     * @param certificate the party's certificate
     * @param authority certificate of its issuer
     * @throws InvalidIdentity if the three do not belong together
     */
    public Identity(PrivateKey key, X509Certificate certificate, X509Certificate authority) {
        this.key = key;
        this.certificate = certificate;
        this.authority = authority;
        if (!belongTogether()) {
            throw new InvalidIdentity("the private key does not belong to the certificate");
        }
    }

    private boolean belongTogether() {
        try {
            return isSigned(certificate, "identity", PROBE, sign(key, "identity", PROBE));
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /**
     * A signature with this party's key, which proves its role in connections as well.
     *
     * @param purpose what kind of statement it is: a signature for one purpose is none for another, nor one of TLS
     */
    public byte[] sign(String purpose, byte[] message) {
        try {
            return sign(key, purpose, message);
        } catch (GeneralSecurityException e) {
            throw new InvalidIdentity("the private key does not sign");
        }
    }

    private static byte[] sign(PrivateKey key, String purpose, byte[] message) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(SIGNATURE);
        signature.initSign(key);
        signature.update(prefix(purpose));
        signature.update(message);
        return signature.sign();
    }

    /** Whether the holder of a certificate's key signed a message for a purpose. */
    public static boolean isSigned(X509Certificate certificate, String purpose, byte[] message, byte[] signed) {
        try {
            Signature signature = Signature.getInstance(SIGNATURE);
            signature.initVerify(certificate.getPublicKey());
            signature.update(prefix(purpose));
            signature.update(message);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Begins otherwise than what TLS 1.3 signs, which is 64 spaces. */
    private static byte[] prefix(String purpose) {
        return ("tacit " + purpose + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads a PEM file with a PKCS#8 private key, the party's certificate and the authority's certificate, in that order.
     *
     * @throws InvalidIdentity if the file cannot be read, can be read by other accounts, or is not such a file
     */
    public static Identity load(Path file) {
        byte[] bytes = SecretFile.read(file, MAX_FILE_BYTES);
        try {
            if (bytes.length > MAX_FILE_BYTES) {
                throw new InvalidIdentity("longer than " + MAX_FILE_BYTES + " bytes");
            }
            return parse(new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (InvalidIdentity e) {
            throw new InvalidIdentity(file + ": " + e.getMessage());
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** The identity in PEM text; see {@link #load}. */
    public static Identity parse(String pem) {
        List<X509Certificate> certificates = new ArrayList<>();
        PrivateKey key = null;
        Matcher blocks = BLOCK.matcher(pem);
        try {
            while (blocks.find()) {
                byte[] der = Base64.getMimeDecoder().decode(blocks.group(2));
                if (blocks.group(1).equals("CERTIFICATE")) {
                    certificates.add((X509Certificate)
                            CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der)));
                } else {
                    key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
                    Arrays.fill(der, (byte) 0);
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new InvalidIdentity("a key or certificate in it cannot be read"); // the cause could quote the key
        }
        if (key == null || certificates.size() != 2) {
            throw new InvalidIdentity(
                    "must hold a private key, its certificate and the authority's certificate (tacit keygen makes it)");
        }
        return new Identity(key, certificates.get(0), certificates.get(1));
    }

    PrivateKey key() {
        return key;
    }

    public X509Certificate certificate() {
        return certificate;
    }

    public X509Certificate authority() {
        return authority;
    }

    /** SHA-256 of the certificate, as the deployment file has it. */
    public Sha256 fingerprint() {
        return fingerprintOf(certificate);
    }

    /** SHA-256 of a certificate's DER bytes. */
    public static Sha256 fingerprintOf(X509Certificate certificate) {
        try {
            return Sha256.of(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate without an encoding", e);
        }
    }

    /** Compares in constant time, though fingerprints are public: nobody has to think about it again. */
    static boolean same(Sha256 a, Sha256 b) {
        return MessageDigest.isEqual(a.bytes(), b.bytes());
    }
}
