package io.tacit.client.privdnn;

import io.tacit.client.deployment.Sha256;
import io.tacit.client.wire.Identity;
import java.io.ByteArrayInputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The owner's signature of a bundle, at its end: who made it, and that it is the one. A deployment names certificates by their
 * fingerprints, so the owner's stands here.
 *
 * <p>u16 length and DER bytes of the certificate, u16 length and DER bytes of an ECDSA signature with its key.
 */
final class BundleSignature {
    /** Most bytes. */
    static final int MAX_BYTES = 1 << 13;

    private static final String PURPOSE = "bundle";

    private BundleSignature() {}

    static byte[] make(Identity owner, Sha256 bundle) {
        try {
            byte[] certificate = owner.certificate().getEncoded();
            byte[] signature = owner.sign(PURPOSE, bundle.bytes());
            return ByteBuffer.allocate(2 * Short.BYTES + certificate.length + signature.length)
                    .putShort((short) certificate.length)
                    .put(certificate)
                    .putShort((short) signature.length)
                    .put(signature)
                    .array();
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate without an encoding", e);
        }
    }

    /**
     * Whether one of some certificates' holders signed a bundle.
     *
     * @param encoded whatever stands at the bundle's end
     * @param certificates fingerprints
     */
    static boolean isOf(byte[] encoded, Sha256 bundle, List<Sha256> certificates) {
        try {
            ByteBuffer in = ByteBuffer.wrap(encoded);
            byte[] der = bytes(in);
            byte[] signature = bytes(in);
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            return !in.hasRemaining()
                    && certificates.contains(Identity.fingerprintOf(certificate))
                    && Identity.isSigned(certificate, PURPOSE, bundle.bytes(), signature);
        } catch (BufferUnderflowException | CertificateException e) {
            return false;
        }
    }

    private static byte[] bytes(ByteBuffer in) {
        int length = Short.toUnsignedInt(in.getShort());
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
